package microservices.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import microservices.message.Message;
import microservices.message.MessageIds;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the ledger decides, seen from the members of one cluster. */
@Timeout(60)
class LedgerClusterTest {

    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);

    @Test
    void eachMessageIsWonOnce_whenTwoRivalsClaimAllAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<Message> messages = TestMessages.batches(40, 25);
            register(new Ledger(members.hazelcast(0)), messages);

            CyclicBarrier together = new CyclicBarrier(2);
            Future<List<Message>> wonByA =
                    threads.submit(rival(new Ledger(members.hazelcast(1)), messages, A, together));
            Future<List<Message>> wonByB =
                    threads.submit(rival(new Ledger(members.hazelcast(2)), messages, B, together));

            List<Message> won = new ArrayList<>(wonByA.get());
            won.addAll(wonByB.get());
            assertEquals(messages.size(), won.size(), "each is won by one of the two, and no more than once");
            assertEquals(Set.copyOf(messages), Set.copyOf(won));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Claims a batch at a time, all rivals the same batch at the same moment. */
    private static Callable<List<Message>> rival(
            Ledger ledger, List<Message> messages, UUID holder, CyclicBarrier together) {
        return () -> {
            List<Message> won = new ArrayList<>();
            for (List<Message> batch : byBatch(messages)) {
                together.await(20, TimeUnit.SECONDS);
                won.addAll(ledger.claim(TestMessages.ids(batch), holder));
            }
            return won;
        };
    }

    @Test
    void aRepeatedClaimIsWonAgain_byTheSameHolderOnly() {
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<Message> messages = TestMessages.batches(5, 4);
            Ledger ofA = new Ledger(members.hazelcast(1));
            Ledger ofB = new Ledger(members.hazelcast(2));
            register(ofA, messages);

            assertEquals(messages, ofA.claim(TestMessages.ids(messages), A));
            assertEquals(List.of(), ofB.claim(TestMessages.ids(messages), B));
            assertEquals(messages, ofA.claim(TestMessages.ids(messages), A));
        }
    }

    @Test
    void aClaimReturnsWhatItWonInTheOrderOfAcceptance_andNothingUnknown() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Message> messages = TestMessages.batches(20, 2);
            Ledger ledger = new Ledger(members.hazelcast(1));
            register(ledger, messages);
            List<String> ids = new ArrayList<>(TestMessages.ids(messages));
            List<Message> unknown = TestMessages.batch("unknown", 3);
            ids.addAll(0, TestMessages.ids(unknown));

            assertEquals(messages, ledger.claim(ids, A));
            // Nor does the claim invent an entry that a later registration would find taken.
            register(ledger, unknown);
            assertEquals(unknown, ledger.claim(TestMessages.ids(unknown), B));
        }
    }

    @Test
    void registersMessagesOfManyBatchesAtOnce() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Message> messages = TestMessages.batches(40, 3);
            Ledger ledger = new Ledger(members.hazelcast(0));
            ledger.register(messages, TestMessages.PATIENCE);
            assertEquals(messages, ledger.claim(TestMessages.ids(messages), A));
        }
    }

    @Test
    void aRepeatedRegistrationTakesNoHolderAway() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            List<Message> messages = TestMessages.batch("m", 10);
            List<Message> claimed = messages.subList(0, 6);
            Ledger ledger = new Ledger(members.hazelcast(0));
            ledger.register(messages, TestMessages.PATIENCE);
            ledger.claim(TestMessages.ids(claimed), A);

            new Ledger(members.hazelcast(1)).register(messages, TestMessages.PATIENCE);

            assertEquals(messages.subList(6, 10), ledger.claim(TestMessages.ids(messages), B));
            assertEquals(claimed, ledger.claim(TestMessages.ids(claimed), A));
        }
    }

    @Test
    void aHolderConfirmsWhatItHolds_andHearsWhatAnotherHolds() {
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<Message> messages = TestMessages.batch("m", 8);
            List<String> ids = TestMessages.ids(messages);
            Ledger ledger = new Ledger(members.hazelcast(0));
            ledger.register(messages.subList(0, 6), TestMessages.PATIENCE); // the last two the ledger has lost
            ledger.claim(ids.subList(0, 2), A);
            ledger.claim(ids.subList(2, 4), B); // the next two nobody holds

            assertEquals(Set.copyOf(ids.subList(2, 4)), ledger.confirm(messages, A));
            Set<String> ofA = new HashSet<>(ids);
            ids.subList(2, 4).forEach(ofA::remove);
            assertEquals(ofA, Set.copyOf(ledger.heldBy(A)));
            assertEquals(6, ledger.countHeldBy(A));
            assertEquals(List.of(), ledger.claim(ids.subList(4, 8), B), "what was confirmed is held");
            assertEquals(messages.subList(6, 8), ledger.claim(ids.subList(6, 8), A), "and has its text again");
        }
    }

    @Test
    void registeringTellsHowManyMembersTheOwnersSee() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            assertEquals(
                    3, new Ledger(members.hazelcast(0)).register(TestMessages.batches(31, 2), TestMessages.PATIENCE));
        }
    }

    @Test
    void everyEntryIsThere_holderAndAll_whenTwoOfFourMembersCrashAtOnce() {
        try (TestMembers members = TestMembers.ofQueue(2, A, B)) {
            List<Message> messages = TestMessages.batches(60, 5);
            List<Message> claimed = messages.subList(0, 150);
            Ledger ledger = new Ledger(members.hazelcast(0));
            register(ledger, messages);
            ledger.claim(TestMessages.ids(claimed), A);

            members.crash(1, 2);

            assertEquals(messages.subList(150, 300), ledger.claim(TestMessages.ids(messages), B));
            assertEquals(claimed, ledger.claim(TestMessages.ids(claimed), A));
        }
    }

    @Test
    void releaseTakesFromAGoneHolderOnly() {
        UUID gone = new UUID(0, 3);
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Message> messages = TestMessages.batch("m", 6);
            List<String> ids = TestMessages.ids(messages);
            Ledger ledger = new Ledger(members.hazelcast(0));
            ledger.register(messages, TestMessages.PATIENCE);
            ledger.claim(ids.subList(0, 2), A);
            ledger.claim(ids.subList(2, 4), gone);
            Set<String> all = new HashSet<>(ids);
            all.addAll(TestMessages.ids(TestMessages.batch("unknown", 1)));

            assertEquals(ids.subList(2, 6), ledger.release(all, Set.of(gone)), "what nobody holds now");
            assertEquals(ids.subList(2, 6), TestMessages.ids(ledger.claim(ids, B)));
            assertEquals(ids.subList(0, 2), TestMessages.ids(ledger.claim(ids, A)));
        }
    }

    @Test
    void theSharesOfTheMembersAreTheWholeLedger_withoutWhatTheLiveHold() {
        UUID gone = new UUID(0, 3);
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<Message> messages = TestMessages.batches(30, 3);
            List<String> ids = TestMessages.ids(messages);
            Ledger ledger = new Ledger(members.hazelcast(0));
            register(ledger, messages);
            ledger.claim(ids.subList(0, 30), A);
            ledger.claim(ids.subList(30, 60), gone);

            Map<String, UUID> holders = new TreeMap<>();
            int shares = 0;
            for (int i = 0; i < 3; i++) {
                Map<String, UUID> share = new Ledger(members.hazelcast(i)).localNotHeldBy(Set.of(A, B));
                assertTrue(share.size() < 60, "no member has all of it");
                holders.putAll(share);
                shares += share.size();
            }
            assertEquals(60, shares, "no entry is in two shares");
            assertEquals(ids.subList(30, 90), List.copyOf(holders.keySet()));
            ids.subList(30, 60).forEach(id -> assertEquals(gone, holders.get(id)));
            ids.subList(60, 90).forEach(id -> assertEquals(null, holders.get(id)));
        }
    }

    /** As the facade does: a batch at a time. */
    private static void register(Ledger ledger, List<Message> messages) {
        byBatch(messages).forEach(batch -> ledger.register(batch, TestMessages.PATIENCE));
    }

    private static List<List<Message>> byBatch(List<Message> messages) {
        Map<String, List<Message>> batches = new LinkedHashMap<>();
        messages.forEach(
                message -> batches.computeIfAbsent(MessageIds.batchOf(message.id()), batch -> new ArrayList<>())
                        .add(message));
        return List.copyOf(batches.values());
    }
}
