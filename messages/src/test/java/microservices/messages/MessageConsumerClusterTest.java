package microservices.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import microservices.cluster.ClusterMember;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.queue.MessageQueue;
import microservices.queue.QueueRoom;
import microservices.queue.Sweeper;
import microservices.recent.RecentBatches;
import microservices.testing.Await;
import microservices.testing.MetricsText;
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

        List<Batch> batches = offer(members, 60);

        Await.until(LIMIT, "all is held", () -> storeA.size() + storeB.size() >= count(batches));
        assertEquals(TestMessages.texts(batches), union());
        assertTrue(storeA.size() > 0 && storeB.size() > 0, "both take part");
    }

    @Test
    void theOtherReplicaHasEverything_whenOneCrashes() {
        TestMembers members = open(TestMembers.ofQueue(2, holderA, holderB));
        MessageConsumer consumerA = consume(members.get(2), storeA, holderA);
        consume(members.get(3), storeB, holderB);
        sweep(members, 0, 1, 3);
        List<Batch> batches = offer(members, 60);
        Await.until(LIMIT, "the replica to crash holds some", () -> storeA.size() > 0);

        members.crash(2);
        consumerA.close();

        Await.until(LIMIT, "the other one holds all", () -> {
            // What it had taken and not claimed, and what its parked poll swallows.
            TestMessages.offerForgotten(new Ledger(members.get(0)), new MessageQueue(members.get(0)));
            return storeB.size() >= count(batches);
        });
        assertEquals(TestMessages.texts(batches), TestMessages.texts(storeB.batches()));
    }

    @Test
    void theOtherReplicaHasEverything_whenOneLeaves() {
        TestMembers members = open(TestMembers.ofQueue(2, holderA, holderB));
        MessageConsumer consumerA = consume(members.get(2), storeA, holderA);
        consume(members.get(3), storeB, holderB);
        sweep(members, 0, 1, 3);
        List<Batch> batches = offer(members, 60);
        Await.until(LIMIT, "the replica to leave holds some", () -> storeA.size() > 0);

        consumerA.close();
        members.leave(2);

        Await.until(LIMIT, "the other one holds all", () -> storeB.size() >= count(batches));
        assertEquals(TestMessages.texts(batches), TestMessages.texts(storeB.batches()));
    }

    @Test
    void takesWhatWaited_whenNoMessagesReplicaWasThere() {
        TestMembers members = open(TestMembers.ofQueue(2));
        List<Batch> batches = offer(members, 5);

        ClusterMember late = members.startMessages(holderA);
        consume(late, storeA, holderA);

        Await.until(LIMIT, "all is held", () -> storeA.size() >= count(batches));
        assertEquals(TestMessages.texts(batches), TestMessages.texts(storeA.batches()));
    }

    @Test
    void goesOnTaking_afterItsTakesHaveFailed() {
        TestMembers members = open(TestMembers.ofQueue(1, holderA));
        consume(members.get(1), storeA, holderA);
        List<Batch> before = offer(members, 1);
        Await.until(LIMIT, "it takes", () -> storeA.size() == count(before));

        members.crash(0);
        MessageQueue queue = new MessageQueue(members.get(1));
        Await.until(LIMIT, "taking fails, since it is alone", () -> takingFails(queue));
        members.startFacade();
        members.awaitEstablished();
        List<Batch> after = List.of(TestMessages.batch("after", 3));
        offer(members.get(2), after);

        Await.until(LIMIT, "it takes again", () -> storeA.size() == count(before) + count(after));
        List<String> all = new ArrayList<>(TestMessages.texts(before));
        all.addAll(TestMessages.texts(after));
        assertEquals(all, TestMessages.texts(storeA.batches()));
    }

    @Test
    void holdsABatchOnce_andTellsOfItOnce_whenTheQueueHandsItOutTwice() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream console = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            TestMembers members = open(TestMembers.ofQueue(1, holderA, holderB));
            List<Batch> batches = new ArrayList<>(offer(members, 10));
            MessageQueue queue = new MessageQueue(members.get(0));
            queue.offer(TestMessages.ids(batches));
            queue.offer(TestMessages.ids(batches.subList(0, 1)));
            consume(members.get(1), storeA, holderA);
            consume(members.get(2), storeB, holderB);
            List<Batch> last = List.of(TestMessages.of("last\nof all"));
            offer(members.get(0), last);
            queue.offer(TestMessages.ids(batches));
            batches.addAll(last);

            Await.until(
                    LIMIT,
                    "all is held",
                    () -> storeA.size() + storeB.size() >= count(batches)
                            && members.hazelcast(0).getQueue("queue").isEmpty());
            closeConsumers();
            assertEquals(TestMessages.texts(batches), union());
            assertEquals(told(batches), linesOf(printed));
        } finally {
            System.setOut(console);
            console.print(printed.toString(StandardCharsets.UTF_8));
        }
    }

    /** What was taken is claimed and told of by then. */
    private void closeConsumers() {
        opened.stream().filter(MessageConsumer.class::isInstance).forEach(it -> ((MessageConsumer) it).close());
    }

    private static List<String> told(List<Batch> batches) {
        return batches.stream()
                .flatMap(batch -> batch.messages().stream())
                .map(message -> "Received and removed message from MQ: text='"
                        + message.text().replace("\n", "\\u000a") + "' identifier='" + message.id() + "'")
                .sorted()
                .toList();
    }

    private static List<String> linesOf(ByteArrayOutputStream printed) {
        String start = "Received and removed";
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("INFO") && line.contains(start))
                .map(line -> line.substring(line.indexOf(start)))
                .sorted()
                .toList();
    }

    @Test
    void bothReplicasHaveTheirShareOfABacklog() {
        TestMembers members = open(TestMembers.ofQueue(1, holderA, holderB));
        List<Batch> batches = offer(members, 600);

        consume(members.get(1), storeA, holderA);
        consume(members.get(2), storeB, holderB);

        Await.until(LIMIT, "all is held", () -> storeA.size() + storeB.size() >= count(batches));
        assertEquals(TestMessages.texts(batches), union());
        long least = Math.min(storeA.size(), storeB.size());
        assertTrue(least >= count(batches) / 10, "the smaller share: " + least);
    }

    @Test
    void takesNothingOfWhatAnotherReplicaHolds_howeverOftenItIsOffered() {
        TestMembers members = open(TestMembers.ofQueue(1, holderA, holderB));
        MessageConsumer consumerA = consume(members.get(1), storeA, holderA);
        List<Batch> batches = offer(members, 20);
        Await.until(LIMIT, "the first replica has all", () -> storeA.size() >= count(batches));
        consumerA.close();

        Metrics metrics = new Metrics();
        consume(members.get(2), storeB, holderB).addTo(metrics);
        new MessageQueue(members.get(0)).offer(TestMessages.ids(batches));
        List<Batch> more = List.of(TestMessages.of("more"));
        offer(members.get(0), more);

        Await.until(LIMIT, "the second one has what is new", () -> storeB.size() > 0);
        assertEquals(more, storeB.batches());
        assertEquals(batches, storeA.batches());
        MetricsText told = MetricsText.of(metrics);
        assertEquals(batches.size(), told.value("message_service_claims_lost_total"));
        assertEquals(1, told.value("message_service_held_messages"));
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.push(resource);
        return resource;
    }

    private MessageConsumer consume(ClusterMember member, MessageStore store, UUID holder) {
        MessageConsumer consumer = open(new MessageConsumer(
                member, new MessageQueue(member), new Ledger(member), store, new RecentBatches(), holder));
        consumer.start();
        return consumer;
    }

    private void sweep(TestMembers members, int... indexes) {
        for (int index : indexes) {
            ClusterMember member = members.get(index);
            Ledger ledger = new Ledger(member);
            QueueRoom room = new QueueRoom(member, ledger, 100_000);
            open(new Sweeper(member, ledger, new MessageQueue(member), room)).start();
        }
    }

    /** Offers batches of ten through the first facade; the texts sort as they were accepted. */
    private static List<Batch> offer(TestMembers members, int batches) {
        List<Batch> all = IntStream.range(0, batches)
                .mapToObj(i -> TestMessages.batch("batch" + (1000 + i) + "-", 10))
                .toList();
        offer(members.get(0), all);
        return all;
    }

    private static void offer(ClusterMember facade, List<Batch> batches) {
        TestMessages.offer(new Ledger(facade), new MessageQueue(facade), batches);
    }

    private static int count(List<Batch> batches) {
        return batches.stream().mapToInt(Batch::size).sum();
    }

    /** What both hold; a message that is in both is in it twice. */
    private List<String> union() {
        List<String> union = new ArrayList<>(TestMessages.texts(storeA.batches()));
        union.addAll(TestMessages.texts(storeB.batches()));
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
