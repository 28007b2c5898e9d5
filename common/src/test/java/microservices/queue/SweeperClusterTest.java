package microservices.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.collection.IQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import microservices.ledger.Ledger;
import microservices.message.Message;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is offered again, and what is not. Most tests make the rounds themselves, so that they know when one is over;
 * nobody takes from the queue unless the test does.
 */
@Timeout(60)
class SweeperClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration NO_GRACE = Duration.ZERO;
    private static final Duration LONG_GRACE = Duration.ofHours(1);
    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);

    private final List<Sweeper> started = new ArrayList<>();

    @AfterEach
    void closeSweepers() {
        started.forEach(Sweeper::close);
    }

    @Test
    void offersAgainWhatAMessagesReplicaHeld_whenItCrashes() {
        try (TestMembers members = TestMembers.ofQueue(2, A, B)) {
            List<String> ids = offer(members, 40);
            takeAndClaim(members, ids.subList(0, 100), A);
            takeAndClaim(members, ids.subList(100, 200), B);
            assertEquals(Set.of(), queued(members));

            members.crash(2);
            members.awaitSafe();
            sweep(members, LONG_GRACE, 0, 1, 3);

            assertEquals(new TreeSet<>(ids.subList(0, 100)), queued(members));
            assertEquals(100, claim(members, ids, UUID.randomUUID()), "nobody holds them");
        }
    }

    @Test
    void offersAgainWhatAMessagesReplicaHeld_whenItLeaves() {
        try (TestMembers members = TestMembers.ofQueue(2, A, B)) {
            List<String> ids = offer(members, 10);
            takeAndClaim(members, ids.subList(0, 25), A);
            takeAndClaim(members, ids.subList(25, 50), B);

            members.leave(2);
            members.awaitSafe();
            sweep(members, LONG_GRACE, 0, 1, 3);

            assertEquals(new TreeSet<>(ids.subList(0, 25)), queued(members));
        }
    }

    @Test
    void leavesTheQueueToNewMessages_whileNoMessagesReplicaIsThere() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            List<String> ids = offer(members, 4);
            takeAndClaim(members, ids, A);
            members.crash(2);
            members.awaitSafe();

            sweep(members, LONG_GRACE, 0, 1);
            assertEquals(Set.of(), queued(members));

            members.startMessages(B);
            members.awaitEstablished();
            sweep(members, LONG_GRACE, 0, 1, 3);
            assertEquals(new TreeSet<>(ids), queued(members));
        }
    }

    @Test
    void leavesHalfOfTheQueueToNewMessages() {
        try (TestMembers members = TestMembers.none(Map.of("QUEUE_CAPACITY", "100"))) {
            members.startFacade();
            members.startMessages(A);
            members.startMessages(B);
            members.awaitEstablished();
            List<String> waiting = offer(members, 12); // 60 messages: more than half of the queue
            List<String> held = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                List<Message> batch = TestMessages.batch("held" + i + "-", 5);
                new Ledger(members.hazelcast(0)).register(batch, TestMessages.PATIENCE);
                held.addAll(TestMessages.ids(batch));
            }
            claim(members, held, A);
            members.crash(1);
            members.awaitSafe();

            List<Sweeper> sweepers = sweepers(members, LONG_GRACE, 0, 2);
            sweepers.forEach(Sweeper::sweep);
            assertEquals(new TreeSet<>(waiting), queued(members), "more than half is taken already");
            queue(members).clear();
            Set<String> offered = new TreeSet<>();
            for (int round = 0; round < 3; round++) {
                sweepers.forEach(Sweeper::sweep);
                assertTrue(
                        queued(members).size() <= 50,
                        "in the queue: " + queued(members).size());
                offered.addAll(queued(members));
                assertEquals(queued(members).size(), claim(members, List.copyOf(queued(members)), B));
                queue(members).clear();
            }
            assertEquals(new TreeSet<>(held), offered, "the rest comes when there is room");
        }
    }

    @Test
    void offersAgainByItself_whenAMessagesReplicaCrashes() {
        try (TestMembers members = TestMembers.ofQueue(2, A, B)) {
            List<String> ids = offer(members, 40);
            takeAndClaim(members, ids, A);
            start(new Sweeper(members.get(0)));
            start(new Sweeper(members.get(1)));
            start(new Sweeper(members.get(3)));

            members.crash(2);

            Set<String> all = new TreeSet<>(ids);
            Await.until(
                    LIMIT, "all is in the queue again", () -> queued(members).equals(all));
        }
    }

    @Test
    void offersAgainWhatWasHeldByAnEarlierIncarnation_whenTheReplicaIsBack() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            List<String> ids = offer(members, 4);
            takeAndClaim(members, ids, A);

            members.crash(2);
            members.startMessages(B);
            members.awaitEstablished();
            sweep(members, LONG_GRACE, 0, 1, 3);

            assertEquals(new TreeSet<>(ids), queued(members));
        }
    }

    @Test
    void offersAgainWhatWasTakenAndNeverClaimed_onceTheQueueIsEmpty() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<String> ids = offer(members, 10);
            List<String> taken = new ArrayList<>();
            queue(members).drainTo(taken, 30);

            sweep(members, NO_GRACE, 0, 1);
            assertEquals(new TreeSet<>(ids.subList(30, 50)), queued(members), "the queue is not empty yet");

            takeAndClaim(members, ids.subList(30, 50), A);
            // As soon as one member has offered its share the queue is not empty, and the other waits.
            List<Sweeper> sweepers = sweepers(members, NO_GRACE, 0, 1);
            Set<String> offered = new TreeSet<>();
            Await.until(LIMIT, "what was taken is offered again", () -> {
                sweepers.forEach(Sweeper::sweep);
                Set<String> again = queued(members);
                queue(members).clear();
                claim(members, List.copyOf(again), A);
                offered.addAll(again);
                return offered.size() >= taken.size();
            });
            assertEquals(new TreeSet<>(taken), offered);
        }
    }

    @Test
    void givesTheTakerTime_beforeItOffersAgain() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<String> ids = offer(members, 4);
            queue(members).drainTo(new ArrayList<>());

            sweep(members, LONG_GRACE, 0, 1);
            assertEquals(Set.of(), queued(members));
            sweep(members, NO_GRACE, 0, 1);
            Set<String> again = queued(members);
            assertEquals(true, !again.isEmpty() && new TreeSet<>(ids).containsAll(again), "it would have otherwise");
        }
    }

    @Test
    void neverOffersWhatALiveReplicaHolds() {
        UUID gone = new UUID(0, 3);
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<String> ids = offer(members, 12);
            takeAndClaim(members, ids.subList(0, 20), A);
            takeAndClaim(members, ids.subList(20, 40), B);
            takeAndClaim(members, ids.subList(40, 60), gone);

            sweep(members, NO_GRACE, 0, 1, 2);
            sweep(members, NO_GRACE, 0, 1, 2);

            assertEquals(new TreeSet<>(ids.subList(40, 60)), queued(members), "only what the gone one held");
            assertEquals(20, claim(members, ids, A) - 20, "A holds its own, and wins what is free");
        }
    }

    @Test
    void offersNothingAgain_whileTheQueueStillHoldsIt() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<String> ids = offer(members, 10);

            sweep(members, NO_GRACE, 0, 1);
            sweep(members, NO_GRACE, 0, 1);

            assertEquals(ids, List.copyOf(queue(members)));
        }
    }

    private void start(Sweeper sweeper) {
        started.add(sweeper);
        sweeper.start();
    }

    /** One round of each of the members given. */
    private static void sweep(TestMembers members, Duration grace, int... indexes) {
        sweepers(members, grace, indexes).forEach(Sweeper::sweep);
    }

    private static List<Sweeper> sweepers(TestMembers members, Duration grace, int... indexes) {
        List<Sweeper> sweepers = new ArrayList<>();
        for (int index : indexes) {
            Sweeper sweeper = new Sweeper(members.get(index), grace);
            sweeper.open();
            sweepers.add(sweeper);
        }
        return sweepers;
    }

    /** Offers batches of five; returns the ids in order. */
    private static List<String> offer(TestMembers members, int batches) {
        MessageQueue queue = new MessageQueue(members.hazelcast(0));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            List<Message> batch = TestMessages.batch("m", 5);
            TestMessages.offer(queue, batch);
            ids.addAll(TestMessages.ids(batch));
        }
        return ids;
    }

    private static void takeAndClaim(TestMembers members, List<String> ids, UUID holder) {
        List<String> taken = new ArrayList<>();
        queue(members).drainTo(taken, ids.size());
        assertEquals(ids, taken);
        assertEquals(ids.size(), claim(members, ids, holder));
    }

    private static int claim(TestMembers members, List<String> ids, UUID holder) {
        return new Ledger(members.hazelcast(0)).claim(ids, holder).size();
    }

    private static IQueue<String> queue(TestMembers members) {
        return members.hazelcast(0).getQueue(QueueCluster.QUEUE);
    }

    /** What is in the queue, in order of acceptance; an id may be there more often, which is allowed. */
    private static Set<String> queued(TestMembers members) {
        return new TreeSet<>(queue(members));
    }
}
