package microservices.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MessageQueueClusterTest {

    private static final Duration NO_WAIT = Duration.ofMillis(1);
    private static final UUID A = new UUID(0, 1);

    @Test
    void handsOutWhatWasOffered_inItsOrderAndWithItsTexts() throws InterruptedException {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Message> first = TestMessages.batch("a", 7);
            List<Message> second = TestMessages.batch("b", 3);
            MessageQueue facade = new MessageQueue(members.hazelcast(0));
            TestMessages.offer(facade, first);
            TestMessages.offer(facade, second);

            MessageQueue taker = new MessageQueue(members.hazelcast(1));
            List<String> taken = taker.take(8, NO_WAIT);
            assertEquals(8, taken.size(), "not more than was asked for");
            taken.addAll(taker.take(8, NO_WAIT));
            assertEquals(List.of(), taker.take(8, NO_WAIT));

            List<Message> all = new ArrayList<>(first);
            all.addAll(second);
            assertEquals(TestMessages.ids(all), taken);
            assertEquals(all, taker.claim(taken, A));
        }
    }

    @Test
    void refusesWhatItHasNoRoomFor_andTakesItLater() throws InterruptedException {
        try (TestMembers members = TestMembers.none(Map.of("QUEUE_CAPACITY", "10"))) {
            members.startFacade();
            members.startMessages(A);
            members.awaitEstablished();
            MessageQueue queue = new MessageQueue(members.hazelcast(0));
            List<Message> accepted = TestMessages.batch("a", 8);
            queue.checkRoom(8);
            TestMessages.offer(queue, accepted);

            MessageQueue other = new MessageQueue(members.hazelcast(0));
            Refusal full = assertThrows(Refusal.class, () -> other.checkRoom(3));
            assertEquals(503, full.status());
            assertTrue(full.getMessage().contains("full"), full.getMessage());
            other.checkRoom(2);

            MessageQueue taker = new MessageQueue(members.hazelcast(1));
            List<String> taken = taker.take(100, NO_WAIT);
            assertEquals(TestMessages.ids(accepted), taken);
            assertEquals(accepted, taker.claim(taken, A));
            other.checkRoom(10);
        }
    }

    @Test
    void whatAFacadeAcceptsWithoutAskingAgain_staysWithinItsPart() {
        try (TestMembers members = TestMembers.none(Map.of("QUEUE_CAPACITY", "80"))) {
            members.startFacade();
            members.startFacade();
            members.startMessages(A);
            members.awaitEstablished();
            MessageQueue queue = new MessageQueue(members.hazelcast(0));
            queue.checkRoom(1); // of the room of 80, a quarter is granted
            TestMessages.offer(new MessageQueue(members.hazelcast(1)), TestMessages.batch("m", 80));
            int more = 0;
            while (more < 100 && accepts(queue)) {
                more++;
            }
            assertTrue(more <= 19, "accepted without asking: " + more);
        }
    }

    @Test
    void aBatchThatFindsTheQueueFullAfterAll_isInTheLedger() {
        try (TestMembers members = TestMembers.none(Map.of("QUEUE_CAPACITY", "10"))) {
            members.startFacade();
            members.startMessages(A);
            members.awaitEstablished();
            MessageQueue queue = new MessageQueue(members.hazelcast(0));
            for (int i = 0; i < 100; i++) {
                TestMessages.offer(queue, TestMessages.batch("filling", QueueCluster.HEADROOM / 100));
            }
            List<Message> messages = TestMessages.batch("m", 20);

            TestMessages.offer(queue, messages);

            assertEquals(messages, queue.claim(TestMessages.ids(messages), A));
        }
    }

    private static boolean accepts(MessageQueue queue) {
        try {
            queue.checkRoom(1);
            return true;
        } catch (Refusal e) {
            return false;
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
            List<Message> messages = TestMessages.batch("m", 50);
            TestMessages.offer(new MessageQueue(members.hazelcast(owning)), messages);

            members.crash(owning);

            MessageQueue survivor = new MessageQueue(members.hazelcast((owning + 1) % 3));
            assertTrue(
                    TestMessages.ids(messages).containsAll(survivor.take(100, NO_WAIT)),
                    "of the queue some may be lost");
            assertEquals(messages, survivor.claim(TestMessages.ids(messages), A));
        }
    }
}
