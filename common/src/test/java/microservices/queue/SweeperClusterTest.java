package microservices.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.collection.IQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import microservices.cluster.ClusterMember;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.metrics.Metrics;
import microservices.testing.Await;
import microservices.testing.MetricsText;
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
    private static final int LARGE = 100_000;
    private static final String WAITING = "message_service_waiting_messages";
    private static final String OLDEST = "message_service_oldest_waiting_seconds";
    private static final String AGAIN = "message_service_offered_again_messages_total";
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
            List<UUID> ids = offer(members, 200);
            takeAndClaim(members, ids.subList(0, 100), A);
            takeAndClaim(members, ids.subList(100, 200), B);
            assertEquals(Set.of(), queued(members));

            members.crash(2);
            members.awaitSafe();
            sweep(members, 0, 1, 3);

            assertEquals(Set.copyOf(ids.subList(0, 100)), queued(members));
            assertEquals(100, claim(members, ids, UUID.randomUUID()), "nobody holds them");
        }
    }

    @Test
    void offersAgainWhatAMessagesReplicaHeld_whenItLeaves() {
        try (TestMembers members = TestMembers.ofQueue(2, A, B)) {
            List<UUID> ids = offer(members, 50);
            takeAndClaim(members, ids.subList(0, 25), A);
            takeAndClaim(members, ids.subList(25, 50), B);

            members.leave(2);
            members.awaitSafe();
            sweep(members, 0, 1, 3);

            assertEquals(Set.copyOf(ids.subList(0, 25)), queued(members));
        }
    }

    @Test
    void leavesTheQueueToNewMessages_whileNoMessagesReplicaIsThere() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            List<UUID> ids = offer(members, 20);
            takeAndClaim(members, ids, A);
            members.crash(2);
            members.awaitSafe();

            sweep(members, 0, 1);
            assertEquals(Set.of(), queued(members));
            assertEquals(ids, new Ledger(members.get(0)).heldBy(A).sorted(), "nor does it take them from the gone one");

            members.startMessages(B);
            members.awaitEstablished();
            sweep(members, 0, 1, 3);
            assertEquals(Set.copyOf(ids), queued(members));
        }
    }

    @Test
    void offersWhatFitsIntoHalfOfTheQueue_andLeavesTheRestItsHolderUntilTheNextRound() {
        int capacity = 100;
        int each = 5;
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<UUID> waiting = offer(members, 12); // 60 messages: more than half of the queue
            List<UUID> held = register(members, 24, each);
            claim(members, held, A);
            members.crash(1);
            members.awaitSafe();
            Ledger ledger = new Ledger(members.get(0));
            List<Sweeper> sweepers = sweepers(members, capacity, 0, 2);

            for (Sweeper sweeper : sweepers) {
                assertTrue(sweeper.sweep(), "there is more to offer");
            }
            assertEquals(Set.copyOf(waiting), queued(members), "more than half is taken already");
            assertEquals(held, ledger.heldBy(A).sorted());

            claim(members, waiting, B);
            queue(members).clear();
            Set<UUID> offered = new HashSet<>();
            int most = capacity / 2 + 2 * (each - 1); // each of the two may offer one batch that fits in part
            Await.until(LIMIT, "all was offered", () -> {
                boolean more = false;
                for (Sweeper sweeper : sweepers) {
                    more |= sweeper.sweep();
                }
                long now = ledger.countWaiting();
                assertTrue(now > 0 && now <= most, now + " wait");
                Set<UUID> again = queued(members);
                assertEquals(now, each * again.size(), "what is released is offered");
                assertEquals(more, ledger.countHeldBy(A) > 0, "the rest has its holder, and it is told of");
                assertTrue(offered.stream().noneMatch(again::contains));
                offered.addAll(again);
                claim(members, List.copyOf(again), B);
                queue(members).clear();
                return !more;
            });
            assertEquals(Set.copyOf(held), offered);
        }
    }

    @Test
    void offersOneBatchAtLeast_howeverLargeItIs() {
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<UUID> held = register(members, 1, 30);
            claim(members, held, A);
            members.crash(1);
            members.awaitSafe();
            sweepers(members, 10, 0, 2).forEach(sweeper -> assertFalse(sweeper.sweep()));
            assertEquals(Set.copyOf(held), queued(members));
        }
    }

    @Test
    void offersAgainByItself_whenAMessagesReplicaCrashes() {
        try (TestMembers members = TestMembers.ofQueue(2, A, B)) {
            List<UUID> ids = offer(members, 40);
            takeAndClaim(members, ids, A);
            start(members, 0, 1, 3);

            members.crash(2);

            Set<UUID> all = Set.copyOf(ids);
            Await.until(
                    LIMIT, "all is in the queue again", () -> queued(members).equals(all));
        }
    }

    @Test
    void offersAgainByItself_roundAfterRound_whileThereIsMoreThanFits() {
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<UUID> held = register(members, 30, 1);
            claim(members, held, A);
            sweepers(members, 10, 0, 2).forEach(sweeper -> {
                started.add(sweeper);
                sweeper.start();
            });
            members.crash(1);

            Set<UUID> offered = new HashSet<>();
            Await.until(LIMIT, "all was offered", () -> {
                List<UUID> taken = new ArrayList<>();
                queue(members).drainTo(taken);
                claim(members, taken, B);
                offered.addAll(taken);
                return offered.equals(Set.copyOf(held));
            });
        }
    }

    @Test
    void offersAgainWhatWasHeldByAnEarlierIncarnation_whenTheReplicaIsBack() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            List<UUID> ids = offer(members, 20);
            takeAndClaim(members, ids, A);

            members.crash(2);
            members.startMessages(B);
            members.awaitEstablished();
            sweep(members, 0, 1, 3);

            assertEquals(Set.copyOf(ids), queued(members));
        }
    }

    @Test
    void neverOffersWhatALiveReplicaHolds() {
        UUID gone = new UUID(0, 3);
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<UUID> ids = offer(members, 60);
            takeAndClaim(members, ids.subList(0, 20), A);
            takeAndClaim(members, ids.subList(20, 40), B);
            takeAndClaim(members, ids.subList(40, 60), gone);

            sweep(members, 0, 1, 2);
            sweep(members, 0, 1, 2);

            assertEquals(Set.copyOf(ids.subList(40, 60)), queued(members), "only what the gone one held");
            Ledger ledger = new Ledger(members.get(0));
            assertEquals(ids.subList(0, 20), ledger.heldBy(A).sorted());
            assertEquals(ids.subList(20, 40), ledger.heldBy(B).sorted());
        }
    }

    /** For a monitoring system, which is to see what waits above all when nobody is there to take it. */
    @Test
    void tellsWhatWaits_itsMembersTogether_alsoWhileNoMessagesReplicaIsThere() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            List<Sweeper> sweepers = sweepers(members, LARGE, 0, 1, 2);
            List<Metrics> told = told(sweepers);
            assertEquals(Double.NaN, sum(told, WAITING), "nobody has looked yet");
            sweepers.forEach(Sweeper::sweep);
            assertEquals(0, sum(told, WAITING));
            assertEquals(0, sum(told, OLDEST));

            List<UUID> ids = register(members, 20, 5);
            claim(members, ids.subList(0, 8), A);
            sweepers.forEach(Sweeper::sweep);
            assertEquals(60, sum(told, WAITING));
            double oldest = sum(told, OLDEST);
            assertTrue(oldest > 0 && oldest < 3 * 60, oldest + " s");

            members.crash(2);
            members.awaitSafe();
            sweepers.subList(0, 2).forEach(Sweeper::sweep);
            assertEquals(60, sum(told.subList(0, 2), WAITING));
            assertEquals(LARGE, MetricsText.of(told.get(0)).value("message_service_queue_capacity_messages"));
        }
    }

    @Test
    void countsWhatItOffersAgain_andWhy() {
        try (TestMembers members = TestMembers.ofQueue(1, A, B)) {
            List<UUID> ids = register(members, 20, 5);
            claim(members, ids.subList(0, 12), A);
            members.crash(1);
            members.awaitSafe();
            List<Sweeper> sweepers = sweepers(members, LARGE, 0, 2);
            List<Metrics> told = told(sweepers);
            sweepers.get(0).sweep();
            sweepers.get(1).sweep();
            assertEquals(60, sum(told, AGAIN, "reason", "holder_gone"));
            assertEquals(6, sum(told, AGAIN, "reason", "unclaimed"));
        }
    }

    private static List<Metrics> told(List<Sweeper> sweepers) {
        List<Metrics> told = new ArrayList<>();
        LongAdder unclaimed = new LongAdder();
        unclaimed.add(3);
        for (Sweeper sweeper : sweepers) {
            Metrics metrics = new Metrics();
            sweeper.addTo(metrics, Map.of("unclaimed", unclaimed));
            told.add(metrics);
        }
        return told;
    }

    private static double sum(List<Metrics> told, String name, String... labels) {
        return told.stream()
                .mapToDouble(metrics -> MetricsText.of(metrics).value(name, labels))
                .sum();
    }

    private void start(TestMembers members, int... indexes) {
        for (int index : indexes) {
            ClusterMember member = members.get(index);
            Ledger ledger = new Ledger(member);
            Sweeper sweeper =
                    new Sweeper(member, ledger, new MessageQueue(member), new QueueRoom(member, ledger, LARGE));
            started.add(sweeper);
            sweeper.start();
        }
    }

    /** One round of each of the members given. */
    private static void sweep(TestMembers members, int... indexes) {
        sweepers(members, LARGE, indexes).forEach(Sweeper::sweep);
    }

    private static List<Sweeper> sweepers(TestMembers members, int capacity, int... indexes) {
        List<Sweeper> sweepers = new ArrayList<>();
        for (int index : indexes) {
            ClusterMember member = members.get(index);
            Ledger ledger = new Ledger(member);
            QueueRoom room = new QueueRoom(member, ledger, capacity);
            sweepers.add(new Sweeper(member, ledger, new MessageQueue(member), room));
        }
        return sweepers;
    }

    /** Registers and offers batches of five messages; returns their ids in order. */
    private static List<UUID> offer(TestMembers members, int batches) {
        List<UUID> ids = register(members, batches, 5);
        assertTrue(new MessageQueue(members.get(0)).offer(ids));
        return ids;
    }

    private static List<UUID> register(TestMembers members, int batches, int each) {
        List<Batch> made = TestMessages.batches(batches, each);
        new Ledger(members.get(0)).register(made, Deadline.in(TestMessages.PATIENCE));
        return TestMessages.ids(made);
    }

    private static void takeAndClaim(TestMembers members, List<UUID> ids, UUID holder) {
        List<UUID> taken = new ArrayList<>();
        queue(members).drainTo(taken, ids.size());
        assertEquals(ids, taken);
        assertEquals(ids.size(), claim(members, ids, holder));
    }

    /** Returns how many batches it has won. */
    private static int claim(TestMembers members, List<UUID> ids, UUID holder) {
        return new Ledger(members.get(0)).claim(ids, holder).size();
    }

    private static IQueue<UUID> queue(TestMembers members) {
        return members.hazelcast(0).getQueue(QueueCluster.QUEUE);
    }

    /** What is in the queue; an id may be there more often, which is allowed. */
    private static Set<UUID> queued(TestMembers members) {
        return new HashSet<>(queue(members));
    }
}
