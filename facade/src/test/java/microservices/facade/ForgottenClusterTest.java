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
import microservices.cluster.ClusterMember;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What nobody has claimed is offered again if it is in the log, for which a stub stands, and withdrawn if it is not. Most
 * tests make the rounds themselves; nobody takes from the queue unless the test does.
 */
@Timeout(60)
class ForgottenClusterTest {

    private static final UUID HOLDER = new UUID(0, 1);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LONG = Duration.ofHours(1);

    private final ReplicaClient client = new ReplicaClient();
    private final List<Forgotten> started = new ArrayList<>();
    private LogStub log;
    private TestMembers members;
    private Ledger ledger;
    private MessageQueue queue;

    @BeforeEach
    void start() throws IOException {
        log = new LogStub();
        members = TestMembers.ofQueue(2, HOLDER);
        ledger = new Ledger(members.get(2));
        queue = new MessageQueue(members.get(2));
    }

    @AfterEach
    void stop() throws IOException {
        started.forEach(Forgotten::close);
        members.close();
        client.close();
        log.close();
    }

    /** Of the first facade. */
    private Forgotten forgotten(Duration grace, Duration givenUp) {
        return forgotten(0, grace, givenUp);
    }

    private Forgotten forgotten(int facade, Duration grace, Duration givenUp) {
        ClusterMember member = members.get(facade);
        LogClient logClient = new LogClient(client, List.of(log.url()));
        return new Forgotten(member, new Ledger(member), new MessageQueue(member), logClient, grace, givenUp);
    }

    private List<Batch> register(int count) {
        List<Batch> batches = TestMessages.batches(count, 3);
        ledger.register(batches, Deadline.in(LIMIT));
        return batches;
    }

    /** Rounds of both facades, which share what there is. */
    private void look(Duration grace, Duration givenUp) {
        for (int facade = 0; facade < 2; facade++) {
            forgotten(facade, grace, givenUp).look();
        }
    }

    private Set<UUID> queued() throws InterruptedException {
        return new HashSet<>(queue.take(1000, Duration.ZERO));
    }

    @Test
    void offersWhatIsInTheLog_andNothingElse() throws Exception {
        List<Batch> batches = register(30); // the log lists seven at once
        log.add(batches.subList(5, 25));
        Set<UUID> logged = Set.copyOf(TestMessages.ids(batches.subList(5, 25)));
        Set<UUID> offered = new HashSet<>();
        Await.until(LIMIT, "all are offered", () -> {
            look(Duration.ZERO, LONG); // as soon as one facade has offered its part the other waits
            Set<UUID> again = queued();
            ledger.claim(again, HOLDER);
            offered.addAll(again);
            return offered.size() >= logged.size();
        });
        look(Duration.ZERO, LONG);
        assertEquals(Set.of(), queued());
        assertEquals(logged, offered);
        assertEquals(10, ledger.waiting().size(), "the rest stays for a while");
    }

    @Test
    void withdrawsWhatIsNotInTheLog_onceItsFacadeMustHaveGivenUp() throws Exception {
        List<Batch> batches = register(12);
        log.add(batches.subList(0, 4));
        ledger.claim(TestMessages.ids(batches.subList(0, 6)), HOLDER);

        look(Duration.ZERO, LONG);
        assertEquals(6, ledger.waiting().size(), "they may be logged yet");
        look(Duration.ZERO, Duration.ZERO);

        assertEquals(0, ledger.waiting().size());
        assertEquals(
                TestMessages.ids(batches.subList(0, 6)), ledger.heldBy(HOLDER).sorted());
        assertEquals(Set.of(), queued());
    }

    @Test
    void countsFromWhenItSawThem_andNotByTheirClocks() throws Exception {
        Batch old = Batch.of(new UUID(0x7000, 1L << 63), List.of());
        ledger.register(List.of(old), Deadline.in(LIMIT));
        look(LONG, LONG);
        look(Duration.ofMinutes(1), Duration.ofMinutes(1));
        assertEquals(List.of(old.id()), ledger.waiting().sorted());
    }

    @Test
    void leavesAllAsItIs_whileTheLogDoesNotSayWhatItHas() throws Exception {
        register(4);
        log.failure = 503;
        assertThrows(Refusal.class, () -> look(Duration.ZERO, Duration.ZERO));
        assertEquals(4, ledger.waiting().size());
        assertEquals(Set.of(), queued());
    }

    /** It may have missed some, and have some that the others will drop. */
    @Test
    void leavesAllAsItIs_whileOnlyAReplicaAnswersThatIsCutOff() throws Exception {
        log.add(register(1));
        register(1);
        log.stale = true;
        Forgotten alone = forgotten(Duration.ZERO, Duration.ZERO);
        assertThrows(Refusal.class, alone::look);
        assertEquals(2, ledger.waiting().size());
        assertEquals(Set.of(), queued());
    }

    @Test
    void offersNothing_whileTheQueueIsNotEmpty_orNobodyIsThereToTake() throws Exception {
        List<Batch> batches = register(4);
        log.add(batches);
        List<UUID> ids = TestMessages.ids(batches);
        queue.offer(ids.subList(0, 1));
        look(Duration.ZERO, Duration.ZERO);
        assertEquals(Set.of(ids.get(0)), queued());

        members.crash(2);
        members.awaitSafe();
        look(Duration.ZERO, Duration.ZERO);
        assertEquals(0, new MessageQueue(members.get(0)).size());
        assertEquals(4, new Ledger(members.get(0)).waiting().size());
    }

    @Test
    void withdrawsWhatIsNotInTheLog_alsoWhileNobodyIsThereToTake() {
        register(4);
        members.crash(2);
        members.awaitSafe();
        look(Duration.ZERO, Duration.ZERO);
        assertEquals(0, new Ledger(members.get(0)).waiting().size());
    }

    @Test
    void asksOnceForWhatIsInTheLog() {
        log.add(register(4));
        queue.offer(List.of(UUID.randomUUID())); // they are on their way
        Forgotten forgotten = forgotten(Duration.ZERO, LONG);
        forgotten.look();
        int pages = log.pages.get();
        forgotten.look();
        assertTrue(pages > 0);
        assertEquals(pages, log.pages.get());
    }

    @Test
    void looksAfterAnotherFacadesPartToo_someTimeLater() throws Exception {
        List<Batch> batches = register(40); // surely some of them are in the other one's part
        log.add(batches.subList(0, 20));
        Forgotten alone = forgotten(Duration.ofSeconds(1), Duration.ZERO);
        alone.look();
        assertTrue(ledger.waiting().size() > 20, "its own part of the rest is withdrawn");
        Set<UUID> offered = new HashSet<>();
        Await.until(LIMIT, "all are offered or withdrawn", () -> {
            alone.look();
            Set<UUID> again = queued();
            ledger.claim(again, HOLDER);
            offered.addAll(again);
            return ledger.waiting().size() == 0;
        });
        assertEquals(Set.copyOf(TestMessages.ids(batches.subList(0, 20))), offered);
    }

    @Test
    void givesTheTakerTime() throws Exception {
        log.add(register(4));
        look(LONG, LONG);
        assertEquals(0, log.pages.get());
        assertEquals(Set.of(), queued());
    }

    @Test
    void doesSoByItself_andCounts() throws Exception {
        List<Batch> batches = register(20);
        log.add(batches.subList(0, 15));
        for (int facade = 0; facade < 2; facade++) {
            Duration grace = Duration.ofSeconds(3); // the other one's part has twice as long
            Forgotten one = forgotten(facade, grace, grace);
            started.add(one);
            one.start();
        }
        Set<UUID> offered = new HashSet<>();
        Await.until(LIMIT, "each is offered or withdrawn", () -> {
            Set<UUID> again = queued();
            ledger.claim(again, HOLDER);
            offered.addAll(again);
            return ledger.waiting().size() == 0;
        });
        assertEquals(Set.copyOf(TestMessages.ids(batches.subList(0, 15))), offered);
        long messages = started.stream().mapToLong(one -> one.offered().sum()).sum();
        assertTrue(messages >= 45, messages + ": both may have offered some, which are claimed once");
    }
}
