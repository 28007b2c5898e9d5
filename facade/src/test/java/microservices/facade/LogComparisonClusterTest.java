package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import microservices.cluster.ClusterMember;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.queue.MessageQueue;
import microservices.queue.QueueRoom;
import microservices.testing.Await;
import microservices.testing.MetricsText;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A facade that compares the log, for which a stub stands, with the ledger of real members. */
@Timeout(90)
class LogComparisonClusterTest {

    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Of the queue, in messages. */
    private static final int CAPACITY = 400;

    private final ReplicaClient client = new ReplicaClient();
    private LogStub log;
    private TestMembers members;
    private Offers offers;
    private LogComparison comparison;
    private Ledger ledger;
    private MessageQueue queue;

    @BeforeEach
    void start() throws IOException {
        log = new LogStub();
    }

    /** The comparison is the first member's; what the tests look at is another one's. */
    private void cluster(int facades, UUID... holders) {
        members = TestMembers.ofQueue(facades, holders);
        ledger = new Ledger(members.get(1));
        queue = new MessageQueue(members.get(1));
        offers = new Offers(new MessageQueue(members.get(0)));
        offers.start();
        LogClient logClient = new LogClient(client, List.of(log.url()));
        ClusterMember first = members.get(0);
        QueueRoom room = new QueueRoom(first, ledger, CAPACITY);
        comparison = new LogComparison(first, logClient, new Ledger(first), room, offers, Duration.ofHours(1));
    }

    @AfterEach
    void stop() throws IOException {
        comparison.close();
        offers.close();
        members.close();
        client.close();
        log.close();
    }

    @Test
    void registersAndOffersWhatTheLedgerLacks_andLeavesTheRestAsItIs() {
        cluster(1, A);
        List<Batch> batches = TestMessages.batches(30, 2);
        log.add(batches);
        List<Batch> there = new ArrayList<>();
        List<Batch> lacking = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            (i % 3 == 0 ? there : lacking).add(batches.get(i));
        }
        ledger.register(there, Deadline.in(TestMessages.PATIENCE));
        ledger.claim(TestMessages.ids(there.subList(0, 5)), A);

        Metrics metrics = new Metrics();
        comparison.addTo(metrics);
        assertEquals(2 * 20, comparison.compare());
        assertEquals(2 * 20, MetricsText.of(metrics).value("message_service_compared_messages_total"));

        assertEquals(TestMessages.ids(lacking), log.read, "only these are fetched");
        List<UUID> offered = new ArrayList<>();
        Await.until(LIMIT, "they are offered", () -> {
            offered.addAll(queue.take(100, Duration.ZERO));
            return offered.size() >= lacking.size();
        });
        assertEquals(Set.copyOf(TestMessages.ids(lacking)), new HashSet<>(offered));
        assertEquals(0, comparison.compare(), "nothing is missing any more");
        assertEquals(lacking.size(), log.read.size());
        List<Batch> unheld = batches.stream()
                .filter(batch -> !there.subList(0, 5).contains(batch))
                .toList();
        assertEquals(unheld, ledger.claim(TestMessages.ids(batches), B), "who held one holds it");
    }

    @Test
    void rebuildsTheWholeLedger_pageByPage() {
        cluster(1, A);
        List<Batch> batches = TestMessages.batches(3 * LogStub.PAGE_IDS, 3);
        log.add(batches);
        assertEquals(3 * batches.size(), comparison.compare());
        assertEquals(batches, ledger.claim(TestMessages.ids(batches), A));
        assertTrue(log.pages.get() >= 3);
        assertEquals(batches.size(), log.read.size(), "each is fetched once");
        assertEquals("maxAgeMillis=0", log.queries.get(0), "all that was logged before counts");
    }

    @Test
    void leavesHalfOfTheQueueToNewMessages() throws Exception {
        cluster(1, A);
        log.add(TestMessages.batches(100, 4));
        CompletableFuture<Integer> comparing = CompletableFuture.supplyAsync(comparison::compare);
        assertThrows(TimeoutException.class, () -> comparing.get(3, TimeUnit.SECONDS), "nobody takes any");
        int most = CAPACITY / 2 / 4 + LogStub.PAGE_BATCHES;
        Set<UUID> held = new HashSet<>();
        Await.until(LIMIT, "all have been registered", () -> {
            Set<UUID> waiting = ledger.waiting().toSet();
            assertTrue(waiting.size() <= most, () -> waiting.size() + " batches wait");
            ledger.claim(waiting, A);
            held.addAll(waiting);
            return held.size() == 100;
        });
        assertEquals(400, comparing.get());
    }

    @Test
    void anEmptyLogLacksNothing() {
        cluster(1, A);
        assertEquals(0, comparison.compare());
    }

    /** What is logged while it compares is on its way into the ledger already. */
    @Test
    @Timeout(30)
    void comesToAnEnd_althoughTheLogGrowsFasterThanItCompares() {
        cluster(1, A);
        List<Batch> before = TestMessages.batches(3 * LogStub.PAGE_IDS, 1);
        log.add(before);
        log.beforePage = () -> log.add(TestMessages.batches(2, 1));
        assertTrue(comparison.compare() >= before.size());
        assertEquals(before, ledger.claim(TestMessages.ids(before), A));
        assertTrue(log.pages.get() < 10, () -> "pages: " + log.pages.get());
    }

    /** A facade whose clock is ahead has written them. */
    @Test
    void deliversWhatSeemsToBeOfTheFuture() {
        cluster(1, A);
        List<Batch> batches = TestMessages.batches(3, 1);
        List<Batch> ahead =
                batches.stream().map(LogComparisonClusterTest::anHourAhead).toList();
        log.add(batches);
        log.add(ahead);
        assertEquals(6, comparison.compare());
        assertEquals(ahead, ledger.claim(TestMessages.ids(ahead), A));
    }

    private static Batch anHourAhead(Batch batch) {
        UUID id = batch.id();
        long ahead = Duration.ofHours(1).toMillis() << 16;
        return batch.withId(new UUID(id.getMostSignificantBits() + ahead, id.getLeastSignificantBits()));
    }

    @Test
    void isA503_whenTheLogCannotBeRead() {
        cluster(1, A);
        log.failure = 500;
        assertEquals(503, assertThrows(Refusal.class, comparison::compare).status());
    }

    /** The others may have given a key of its log to another attempt: both would be delivered. */
    @Test
    void deliversNothingThatOnlyAReplicaHasWhichIsCutOff() {
        cluster(1, A);
        List<Batch> batches = TestMessages.batches(2, 1);
        log.add(batches);
        log.stale = true;
        assertEquals(503, assertThrows(Refusal.class, comparison::compare).status());
        assertEquals(0, ledger.between(BatchIds.FIRST, BatchIds.LAST).size());
        log.stale = false;
        assertEquals(2, comparison.compare());
    }

    @Test
    void comparesWhenItStarts_repeatsWhatFails_andSaysSoUntilItIsDone() {
        cluster(1, A);
        List<Batch> batches = TestMessages.batches(4, 2);
        log.add(batches);
        log.failure = 503;
        assertEquals(1, comparison.missing().size());
        comparison.start();
        assertEquals(List.of("the log has not been compared with the ledger yet"), comparison.missing());
        assertEquals(0, ledger.between(BatchIds.FIRST, BatchIds.LAST).size());

        log.failure = 0;

        Await.until(LIMIT, "it is done", () -> comparison.missing().isEmpty());
        assertEquals(batches, ledger.claim(TestMessages.ids(batches), A));
    }

    @Test
    void comparesAgain_whenAMemberHasGone_andWhenOneHasCome() {
        cluster(3);
        comparison.start();
        Await.until(LIMIT, "it is done", () -> comparison.missing().isEmpty());
        List<Batch> batches = TestMessages.batches(6, 1);
        log.add(batches);
        members.crash(2);
        awaitInLedger(batches);

        List<Batch> more = TestMessages.batches(6, 1);
        log.add(more);
        members.startFacade();
        awaitInLedger(more);
        assertEquals(List.of(), comparison.missing());
    }

    @Test
    void comparesSoon_andAgain_whenABatchIsInDoubt() {
        cluster(2);
        comparison.start();
        Await.until(LIMIT, "it is done", () -> comparison.missing().isEmpty());
        List<Batch> batches = TestMessages.batches(3, 1);
        log.add(batches);
        comparison.doubt();
        awaitInLedger(batches);

        List<Batch> later = TestMessages.batches(2, 1);
        log.add(later); // as a replica does that was cut off
        awaitInLedger(later);
    }

    private void awaitInLedger(List<Batch> batches) {
        UUID first = batches.get(0).id();
        UUID last = batches.get(batches.size() - 1).id();
        Await.until(
                LIMIT,
                "the ledger knows what was logged",
                () -> ledger.between(first, last).size() == batches.size());
    }
}
