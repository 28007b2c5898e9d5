package microservices.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.Refusal;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MessageQueueClusterTest {

    private static final Duration NO_WAIT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final UUID A = new UUID(0, 1);

    @Test
    void handsOutWhatWasOffered_inItsOrder_noMoreThanAskedFor() throws InterruptedException {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Batch> first = TestMessages.batches(7, 2);
            List<Batch> second = TestMessages.batches(3, 2);
            MessageQueue facade = new MessageQueue(members.get(0));
            TestMessages.offer(new Ledger(members.get(0)), facade, first);
            TestMessages.offer(new Ledger(members.get(0)), facade, second);
            assertFalse(facade.isEmpty());

            MessageQueue taker = new MessageQueue(members.get(1));
            List<UUID> taken = new ArrayList<>(taker.take(1, NO_WAIT));
            assertEquals(1, taken.size());
            taken.addAll(taker.take(7, NO_WAIT));
            assertEquals(8, taken.size());
            taken.addAll(taker.take(8, NO_WAIT));
            assertEquals(List.of(), taker.take(8, NO_WAIT));
            assertTrue(facade.isEmpty());

            List<Batch> all = Stream.concat(first.stream(), second.stream()).toList();
            assertEquals(TestMessages.ids(all), taken);
            assertEquals(all, new Ledger(members.get(1)).claim(taken, A));
        }
    }

    @Test
    void waitsForTheFirst_thatIsOfferedMeanwhile() throws Exception {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            UUID batch = TestMessages.of("m").id();
            List<UUID> taken = new ArrayList<>();
            Thread taker = new Thread(() -> {
                try {
                    taken.addAll(new MessageQueue(members.get(1)).take(5, LONG));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            taker.start();
            assertTrue(new MessageQueue(members.get(0)).offer(List.of(batch)));
            taker.join();
            assertEquals(List.of(batch), taken);
        }
    }

    @Test
    void aBatchThatFindsTheQueueFull_isInTheLedger() {
        try (TestMembers members = TestMembers.none(Map.of("QUEUE_CAPACITY", "10"))) {
            members.startFacade();
            members.startMessages(A);
            members.awaitEstablished();
            MessageQueue queue = new MessageQueue(members.get(0));
            List<UUID> filling = IntStream.range(0, QueueCluster.HEADROOM / 10)
                    .mapToObj(i -> new UUID(1, i))
                    .toList();
            for (int i = 0; i < 10; i++) {
                assertTrue(queue.offer(filling));
            }
            List<Batch> batches = TestMessages.batches(20, 1);
            Ledger ledger = new Ledger(members.get(0));
            ledger.register(batches, Deadline.in(TestMessages.PATIENCE));

            assertFalse(queue.offer(TestMessages.ids(batches)));

            assertEquals(batches, ledger.claim(TestMessages.ids(batches), A));
        }
    }

    @Test
    void saysThatItWasNotOffered_whenItsMemberHasStopped() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            MessageQueue queue = new MessageQueue(members.get(0));
            members.crash(0);
            assertFalse(queue.offer(TestMessages.ids(TestMessages.batches(1, 1))));
            assertEquals(
                    503,
                    assertThrows(Refusal.class, () -> queue.take(1, NO_WAIT)).status());
        }
    }

    @Test
    void losesNothing_whenTheMemberThatOwnsItCrashes() throws InterruptedException {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            String owner = QueueCluster.owner(members.get(0)).orElseThrow();
            int owning = List.of(0, 1, 2).stream()
                    .filter(i -> members.hazelcast(i).getName().equals(owner))
                    .findFirst()
                    .orElseThrow();
            List<Batch> batches = TestMessages.batches(50, 1);
            TestMessages.offer(new Ledger(members.get(owning)), new MessageQueue(members.get(owning)), batches);

            members.crash(owning);

            int survivor = (owning + 1) % 3;
            assertTrue(
                    TestMessages.ids(batches).containsAll(new MessageQueue(members.get(survivor)).take(100, NO_WAIT)),
                    "of the queue some may be lost");
            assertEquals(batches, new Ledger(members.get(survivor)).claim(TestMessages.ids(batches), A));
        }
    }
}
