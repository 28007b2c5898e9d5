package microservices.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.recent.Recent;
import microservices.recent.RecentBatches;
import microservices.recent.RecentRoute;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A list and a ledger that differ, and what the check makes of it. More batches than one call takes. */
@Timeout(60)
class HoldingCheckClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MANY = 150;

    private final UUID self = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();
    private final MessageStore store = new MessageStore();
    private final RecentBatches recent = new RecentBatches();

    private TestMembers members;
    private Ledger ledger;
    private HoldingCheck check;

    @BeforeEach
    void start() {
        members = TestMembers.ofQueue(1, self);
        ledger = new Ledger(members.get(1));
        check = new HoldingCheck(members.get(1), ledger, store, recent, self);
    }

    @AfterEach
    void stop() {
        members.close();
    }

    @Test
    void letsGoOfWhatAnotherReplicaHolds_andKeepsItsOwn() {
        List<Batch> batches = registered(2 * MANY);
        List<Batch> own = batches.subList(0, MANY);
        claim(own, self);
        claim(batches.subList(MANY, 2 * MANY), other);
        store.add(batches);

        assertEquals(List.of(), check.runIfDue());

        assertEquals(own, store.batches());
        assertEquals(MANY, ledger.countHeldBy(other), "the other one keeps them");
        List<Recent.Event> told =
                new RecentRoute(recent, "r", List::of).since(0, self).events();
        assertEquals(
                batches.subList(MANY, 2 * MANY).stream().map(Batch::id).toList(),
                told.stream().map(Recent.Event::batch).toList());
        assertTrue(told.stream().allMatch(event -> event.kind() == Recent.Kind.LET_GO));
    }

    @Test
    void takesWhatItHolds_thatIsNotInItsList() {
        List<Batch> batches = registered(MANY);
        claim(batches, self);
        store.add(batches.subList(0, 10));
        registered(5); // wait for whoever takes them

        List<Batch> taken = check.runIfDue();

        assertEquals(batches.subList(10, MANY), sorted(taken));
        assertEquals(batches, store.batches());
        assertEquals(5, ledger.countWaiting());
    }

    @Test
    void writesAnew_whatTheLedgerHasLost() {
        List<Batch> lost = TestMessages.batches(MANY, 2);
        store.add(lost);

        assertEquals(List.of(), check.runIfDue());

        assertEquals(lost, store.batches());
        assertEquals(2 * MANY, ledger.countHeldBy(self));
        assertEquals(lost, ledger.claim(TestMessages.ids(lost), self), "texts and all");
    }

    @Test
    void holdsWhatIsInItsList_andNobodyHolds() {
        List<Batch> batches = registered(3);
        store.add(batches);

        assertEquals(List.of(), check.runIfDue());

        assertEquals(batches, store.batches());
        assertEquals(3, ledger.countHeldBy(self));
        assertEquals(0, ledger.countWaiting());
        assertTrue(check.isCurrent());
    }

    @Test
    void looksAgain_whenAMemberHasComeOrGone_andNotBefore() {
        assertEquals(List.of(), check.runIfDue());
        List<Batch> first = registered(1);
        claim(first, self);
        assertEquals(List.of(), check.runIfDue(), "not due yet");

        members.startFacade();
        Await.until(
                LIMIT, "it is due, since one has come", () -> check.runIfDue().equals(first));

        List<Batch> second = registered(1);
        claim(second, self);
        assertEquals(List.of(), check.runIfDue(), "not due yet");
        members.crash(0);
        Await.until(
                LIMIT, "it is due, since one has gone", () -> check.runIfDue().equals(second));
    }

    @Test
    void staysDue_whenTheLedgerDoesNotAnswer() {
        List<Batch> lost = TestMessages.batches(2, 1);
        store.add(lost);
        members.crash(0);
        Await.until(LIMIT, "it fails, since this member is alone", this::fails);
        for (int i = 0; i < 3; i++) {
            assertEquals(503, assertThrows(Refusal.class, check::runIfDue).status());
        }
        assertEquals(lost, store.batches(), "it lets go of nothing that it could not ask about");

        members.startFacade();
        Await.until(LIMIT, "the ledger has them", () -> {
            check.runIfDue();
            return ledger.countHeldBy(self) == lost.size();
        });
    }

    private boolean fails() {
        try {
            check.runIfDue();
            return false;
        } catch (Refusal e) {
            return true;
        }
    }

    private List<Batch> registered(int batches) {
        List<Batch> registered = TestMessages.batches(batches, 1);
        ledger.register(registered, Deadline.in(TestMessages.PATIENCE));
        return registered;
    }

    private void claim(List<Batch> batches, UUID holder) {
        assertEquals(batches, ledger.claim(TestMessages.ids(batches), holder));
    }

    private static List<Batch> sorted(List<Batch> batches) {
        List<Batch> sorted = new ArrayList<>(batches);
        sorted.sort(Comparator.comparing(Batch::id, BatchIds.ORDER));
        return sorted;
    }
}
