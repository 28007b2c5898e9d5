package microservices.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import microservices.cluster.ClusterMember;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;
import microservices.queue.Sweeper;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages replicas without their HTTP: a member, a store, a consumer each, and everybody's sweepers. */
@Timeout(90)
class MessageConsumerClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final UUID holderA = UUID.randomUUID();
    private final UUID holderB = UUID.randomUUID();
    private final MessageStore storeA = new MessageStore();
    private final MessageStore storeB = new MessageStore();

    /** Closed in reverse order. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void twoReplicasTakeEverything_andNoMessageIsInBoth() {
        TestMembers members = open(TestMembers.ofQueue(1, holderA, holderB));
        consume(members.get(1), storeA, holderA);
        consume(members.get(2), storeB, holderB);
        sweep(members, 0, 1, 2);

        List<Message> messages = offer(members, 60);

        Await.until(LIMIT, "all is held", () -> storeA.size() + storeB.size() >= messages.size());
        assertEquals(TestMessages.texts(messages), union());
        assertTrue(storeA.size() > 0 && storeB.size() > 0, "both take part");
    }

    @Test
    void theOtherReplicaHasEverything_whenOneCrashes() {
        TestMembers members = open(TestMembers.ofQueue(2, holderA, holderB));
        MessageConsumer consumerA = consume(members.get(2), storeA, holderA);
        consume(members.get(3), storeB, holderB);
        sweep(members, 0, 1, 3);
        List<Message> messages = offer(members, 60);
        Await.until(LIMIT, "the replica to crash holds some", () -> storeA.size() > 0);

        members.crash(2);
        consumerA.close();

        Await.until(LIMIT, "the other one holds all", () -> storeB.size() >= messages.size());
        assertEquals(TestMessages.texts(messages), storeB.texts());
    }

    @Test
    void theOtherReplicaHasEverything_whenOneLeaves() {
        TestMembers members = open(TestMembers.ofQueue(2, holderA, holderB));
        MessageConsumer consumerA = consume(members.get(2), storeA, holderA);
        consume(members.get(3), storeB, holderB);
        sweep(members, 0, 1, 3);
        List<Message> messages = offer(members, 60);
        Await.until(LIMIT, "the replica to leave holds some", () -> storeA.size() > 0);

        consumerA.close();
        members.leave(2);

        Await.until(LIMIT, "the other one holds all", () -> storeB.size() >= messages.size());
        assertEquals(TestMessages.texts(messages), storeB.texts());
    }

    @Test
    void takesWhatWaited_whenNoMessagesReplicaWasThere() {
        TestMembers members = open(TestMembers.ofQueue(2));
        List<Message> messages = offer(members, 5);

        ClusterMember late = members.startMessages(holderA);
        consume(late, storeA, holderA);

        Await.until(LIMIT, "all is held", () -> storeA.size() >= messages.size());
        assertEquals(TestMessages.texts(messages), storeA.texts());
    }

    @Test
    void goesOnTaking_afterItsTakesHaveFailed() {
        TestMembers members = open(TestMembers.ofQueue(1, holderA));
        consume(members.get(1), storeA, holderA);
        List<Message> before = offer(members, 1);
        Await.until(LIMIT, "it takes", () -> storeA.size() == before.size());

        members.crash(0);
        MessageQueue queue = new MessageQueue(members.hazelcast(1));
        Await.until(LIMIT, "taking fails, since it is alone", () -> takingFails(queue));
        members.startFacade();
        members.awaitEstablished();
        List<Message> after = TestMessages.batch("after", 3);
        TestMessages.offer(new MessageQueue(members.hazelcast(2)), after);

        Await.until(LIMIT, "it takes again", () -> storeA.size() == before.size() + after.size());
        List<String> all = new ArrayList<>(TestMessages.texts(before));
        all.addAll(TestMessages.texts(after));
        assertEquals(all, storeA.texts());
    }

    @Test
    void holdsAMessageOnce_whenTheQueueHandsItOutTwice() {
        TestMembers members = open(TestMembers.ofQueue(1, holderA, holderB));
        List<Message> messages = offer(members, 10);
        TestMessages.offer(new MessageQueue(members.hazelcast(0)), messages);
        TestMessages.offer(new MessageQueue(members.hazelcast(0)), messages.subList(0, 1));
        consume(members.get(1), storeA, holderA);
        consume(members.get(2), storeB, holderB);
        List<Message> last = offer(members, 1);

        Await.until(
                LIMIT,
                "all is held",
                () -> storeA.size() + storeB.size() >= messages.size() + last.size()
                        && members.hazelcast(0).getQueue("queue").isEmpty());
        List<String> all = new ArrayList<>(TestMessages.texts(messages));
        all.addAll(TestMessages.texts(last));
        all.sort(null);
        assertEquals(all, union().stream().sorted().toList());
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.push(resource);
        return resource;
    }

    private MessageConsumer consume(ClusterMember member, MessageStore store, UUID holder) {
        MessageConsumer consumer = open(new MessageConsumer(member, store, holder));
        consumer.start();
        return consumer;
    }

    private void sweep(TestMembers members, int... indexes) {
        for (int index : indexes) {
            open(new Sweeper(members.get(index))).start();
        }
    }

    /** Offers batches of ten through the first facade; the texts sort as they were accepted. */
    private static List<Message> offer(TestMembers members, int batches) {
        MessageQueue queue = new MessageQueue(members.hazelcast(0));
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            List<Message> batch = TestMessages.batch("batch" + (100 + i) + "-", 10);
            TestMessages.offer(queue, batch);
            all.addAll(batch);
        }
        return all;
    }

    /** What both hold; a message that is in both is in it twice. */
    private List<String> union() {
        List<String> union = new ArrayList<>(storeA.texts());
        union.addAll(storeB.texts());
        union.sort(null);
        return union;
    }

    private static boolean takingFails(MessageQueue queue) {
        try {
            queue.take(1, Duration.ofMillis(1));
            return false;
        } catch (Refusal e) {
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
