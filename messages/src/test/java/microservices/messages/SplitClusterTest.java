package microservices.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import microservices.cluster.ClusterMember;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.queue.MessageQueue;
import microservices.recent.RecentBatches;
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
        List<Batch> heldByBoth = batches("heldByBoth");
        List<Batch> heldBySmall = batches("heldBySmall");
        List<Batch> heldByLarge = batches("heldByLarge");
        List<Batch> waitingInSmall = batches("waitingInSmall");
        List<Batch> heldBySmallWaitingInLarge = batches("heldBySmallWaitingInLarge");

        TestMembers members = open(TestMembers.none());
        members.tellOf(0, 2);
        members.startFacade();
        members.startMessages(small);
        members.awaitPart(0, 2, 2);
        takeAll(members, 0, 1, storeOfSmall, small, heldByBoth, heldBySmall, heldBySmallWaitingInLarge);
        offer(members.get(0), waitingInSmall);

        members.tellOf(2, 5);
        members.startFacade();
        members.startFacade();
        members.startMessages(large);
        members.awaitPart(2, 5, 3);
        takeAll(members, 2, 4, storeOfLarge, large, heldByBoth, heldByLarge);
        offer(members.get(2), heldBySmallWaitingInLarge);
        assertEquals(
                2, members.hazelcast(0).getCluster().getMembers().size(), "both parts were at work before the merge");

        members.tellOfAll(0, 2);
        members.awaitPart(0, 5, 5);
        assertEquals(1, members.get(1).merges());
        MessageConsumer ofSmall = consumer(members.get(1), storeOfSmall, small);
        assertFalse(ofSmall.isCurrent(), "it has not compared its list since it was apart");
        ofSmall.start();
        MessageConsumer ofLarge = consumer(members.get(4), storeOfLarge, large);
        assertTrue(ofLarge.isCurrent(), "the larger part has not merged into another one");
        ofLarge.start();
        Await.until(LIMIT, "the list of the smaller part is current", ofSmall::isCurrent);
        assertEquals(
                Set.of(),
                common(TestMessages.ids(storeOfSmall.batches()), TestMessages.ids(storeOfLarge.batches())),
                "a list that is current has nothing that another one holds");

        List<String> all = new ArrayList<>();
        for (List<Batch> group :
                List.of(heldByBoth, heldBySmall, heldByLarge, waitingInSmall, heldBySmallWaitingInLarge)) {
            all.addAll(TestMessages.texts(group));
        }
        all.sort(null);
        Await.until(LIMIT, "each is held once", () -> {
            // What waited in the smaller part was in its queue, which is lost.
            TestMessages.offerForgotten(new Ledger(members.get(0)), new MessageQueue(members.get(0)));
            return union().equals(all);
        });
        assertTrue(storeOfLarge.batches().containsAll(heldByBoth), "the larger part's holder stays");
        assertTrue(
                storeOfSmall.batches().containsAll(heldBySmallWaitingInLarge),
                "a holder beats none, whichever part it is in");
    }

    /** One part's replica takes these and then no more. */
    @SafeVarargs
    private void takeAll(
            TestMembers members, int facade, int replica, MessageStore store, UUID holder, List<Batch>... groups) {
        MessageConsumer consumer = consumer(members.get(replica), store, holder);
        consumer.start();
        int count = 0;
        for (List<Batch> group : groups) {
            offer(members.get(facade), group);
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

    private MessageConsumer consumer(ClusterMember member, MessageStore store, UUID holder) {
        return open(new MessageConsumer(
                member, new MessageQueue(member), new Ledger(member), store, new RecentBatches(), holder));
    }

    private static void offer(ClusterMember member, List<Batch> batches) {
        TestMessages.offer(new Ledger(member), new MessageQueue(member), batches);
    }

    /** Twenty batches of one, which lie in many partitions. */
    private static List<Batch> batches(String prefix) {
        return IntStream.range(0, 20).mapToObj(i -> TestMessages.of(prefix + i)).toList();
    }

    private static Set<UUID> common(List<UUID> some, List<UUID> others) {
        Set<UUID> common = new HashSet<>(some);
        common.retainAll(others);
        return common;
    }

    /** What both hold; a message that is in both is in it twice. */
    private List<String> union() {
        List<String> union = new ArrayList<>(TestMessages.texts(storeOfSmall.batches()));
        union.addAll(TestMessages.texts(storeOfLarge.batches()));
        union.sort(null);
        return union;
    }
}
