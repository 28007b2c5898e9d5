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
import microservices.queue.MessageQueue;
import microservices.queue.Sweeper;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two parts of a cluster that have both gone on alone find each other. Told apart here by the peers that they know:
 * members 0 and 1 know only each other, as do members 2, 3 and 4. When both parts have worked, the first two are told of
 * all, and merge into the part of three.
 */
@Timeout(120)
class SplitClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final UUID small = UUID.randomUUID();
    private final UUID large = UUID.randomUUID();
    private final MessageStore storeOfSmall = new MessageStore();
    private final MessageStore storeOfLarge = new MessageStore();

    /** Closed in reverse order. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void everyMessageIsHeldOnce_whenBothPartsHaveTakenMessages() {
        List<Message> heldByBoth = TestMessages.batch("heldByBoth", 20);
        List<Message> heldBySmall = TestMessages.batch("heldBySmall", 20);
        List<Message> heldByLarge = TestMessages.batch("heldByLarge", 20);
        List<Message> waitingInSmall = TestMessages.batch("waitingInSmall", 20);
        List<Message> heldBySmallWaitingInLarge = TestMessages.batch("heldBySmallWaitingInLarge", 20);

        TestMembers members = open(TestMembers.none());
        members.tellOf(0, 2);
        members.startFacade();
        members.startMessages(small);
        members.awaitPart(0, 2, 2);
        takeAll(members, 0, 1, storeOfSmall, small, heldByBoth, heldBySmall, heldBySmallWaitingInLarge);
        TestMessages.offer(new MessageQueue(members.hazelcast(0)), waitingInSmall);

        members.tellOf(2, 5);
        members.startFacade();
        members.startFacade();
        members.startMessages(large);
        members.awaitPart(2, 5, 3);
        takeAll(members, 2, 4, storeOfLarge, large, heldByBoth, heldByLarge);
        TestMessages.offer(new MessageQueue(members.hazelcast(2)), heldBySmallWaitingInLarge);
        assertEquals(
                2, members.hazelcast(0).getCluster().getMembers().size(), "both parts were at work before the merge");

        members.tellOfAll(0, 2);
        members.awaitPart(0, 5, 5);
        consume(members.get(1), storeOfSmall, small);
        consume(members.get(4), storeOfLarge, large);
        for (int i = 0; i < 5; i++) {
            open(new Sweeper(members.get(i))).start();
        }

        List<String> all = new ArrayList<>();
        for (List<Message> group :
                List.of(heldByBoth, heldBySmall, heldByLarge, waitingInSmall, heldBySmallWaitingInLarge)) {
            all.addAll(TestMessages.texts(group));
        }
        all.sort(null);
        Await.until(LIMIT, "each is held once", () -> union().equals(all));
        assertTrue(storeOfLarge.texts().containsAll(TestMessages.texts(heldByBoth)), "the larger part's holder stays");
        assertTrue(
                storeOfSmall.texts().containsAll(TestMessages.texts(heldBySmallWaitingInLarge)),
                "a holder beats none, whichever part it is in");
    }

    /** One part's replica takes these and then no more. */
    @SafeVarargs
    private void takeAll(
            TestMembers members, int facade, int replica, MessageStore store, UUID holder, List<Message>... groups) {
        MessageConsumer consumer = consume(members.get(replica), store, holder);
        int count = 0;
        for (List<Message> group : groups) {
            TestMessages.offer(new MessageQueue(members.hazelcast(facade)), group);
            count += group.size();
        }
        int expected = count;
        Await.until(LIMIT, "the part has taken all", () -> store.size() == expected);
        consumer.close();
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

    /** What both hold; a message that is in both is in it twice. */
    private List<String> union() {
        List<String> union = new ArrayList<>(storeOfSmall.texts());
        union.addAll(storeOfLarge.texts());
        union.sort(null);
        return union;
    }
}
