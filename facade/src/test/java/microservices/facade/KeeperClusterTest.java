package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.concurrent.Pause;
import microservices.facade.Gathering.Part;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;
import microservices.queue.QueueRoom;
import microservices.recent.RecentBatches;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a facade keeps is in the log, for which a stub stands, and in the ledger; what it refuses is in neither. */
@Timeout(60)
class KeeperClusterTest {

    private static final UUID HOLDER = new UUID(0, 1);
    private static final String KEY = "a-key";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int CAPACITY = 10;

    private final ReplicaClient client = new ReplicaClient();
    private final AtomicInteger doubts = new AtomicInteger();
    private LogStub log;
    private TestMembers members;
    private Ledger ledger;
    private MessageQueue queue;
    private Offers offers;
    private Keeper keeper;

    @BeforeEach
    void start() throws IOException {
        log = new LogStub();
        members = TestMembers.none(Map.of("QUEUE_CAPACITY", String.valueOf(CAPACITY)));
        ClusterMember facade = members.startFacade();
        members.startMessages(HOLDER);
        members.awaitEstablished();
        ledger = new Ledger(members.get(1));
        queue = new MessageQueue(members.get(1));
        offers = new Offers(new MessageQueue(facade));
        offers.start();
        keeper = keeper(facade, new Ledger(facade));
    }

    private Keeper keeper(ClusterMember member, Ledger own) {
        return keeper(member, own, Keeper.PATIENCE);
    }

    private Keeper keeper(ClusterMember member, Ledger own, Duration patience) {
        LogClient logClient = new LogClient(client, List.of(log.url()));
        QueueRoom room = new QueueRoom(member, new Ledger(member), CAPACITY);
        return new Keeper(
                member,
                new MemoryGuard(member),
                room,
                logClient,
                own,
                offers,
                new RecentBatches(),
                doubts::incrementAndGet,
                patience);
    }

    @AfterEach
    void stop() throws IOException {
        offers.close();
        members.close();
        client.close();
        log.close();
    }

    @Test
    void whatIsKept_isInTheLogAndInTheLedger_andIsOffered() {
        Batch batch = TestMessages.batch("m", 3);
        Part keyed = TestPosts.part("keyed", KEY);
        assertEquals(ids(batch, keyed.batch()), keeper.keep(List.of(part(batch), keyed)));
        assertEquals(List.of(batch, keyed.batch()), List.copyOf(log.batches.values()));
        assertEquals(1, log.keyed.size());
        List<UUID> offered = new ArrayList<>();
        Await.until(LIMIT, "they are offered", () -> {
            offered.addAll(queue.take(10, Duration.ZERO));
            return offered.size() == 2;
        });
        assertEquals(List.of(batch, keyed.batch()), ledger.claim(offered, HOLDER));
    }

    @Test
    void isRegisteredWhileItIsLogged_andOfferedAfterwards() throws Exception {
        Part part = part(TestMessages.batch("m", 3));
        Part keyed = TestPosts.part("keyed", KEY);
        List<UUID> registered = new ArrayList<>();
        log.beforeWrite = () -> {
            Await.until(LIMIT, "it is registered", () -> ledger.waiting().size() > 0);
            registered.addAll(ledger.waiting().sorted());
        };
        keeper.keep(List.of(part, keyed));
        assertEquals(List.of(part.batch().id()), registered, "with a key, the log says under which id it stands");
        List<UUID> offered = new ArrayList<>();
        Await.until(LIMIT, "they are offered", () -> {
            offered.addAll(queue.take(10, Duration.ZERO));
            return offered.size() == 2;
        });
    }

    @Test
    void whatTheLogHasNotTakenYet_isNotOffered() throws Exception {
        log.beforeWrite = () -> log.failure = 503;
        Part part = part(TestMessages.batch("m", 3));
        assertThrows(Refusal.class, () -> keeper.keep(List.of(part)));
        offers.close(); // what was to be offered has been
        assertEquals(List.of(), queue.take(10, Duration.ZERO));
        assertEquals(List.of(), inLedger(part));
    }

    /** It may have been withdrawn meanwhile, by one who did not find it in the log. */
    @Test
    void promisesNothing_whenItTookTooLong() {
        Duration patience = Duration.ofMillis(500);
        Keeper hasty = keeper(members.get(0), new Ledger(members.get(0)), patience);
        log.beforeWrite = () -> Pause.of(patience.multipliedBy(2));
        Refusal refusal = assertThrows(Refusal.class, () -> hasty.keep(List.of(part(TestMessages.batch("m", 1)))));
        assertEquals(503, refusal.status());
        assertFalse(refusal.nothingWritten());
        assertEquals(1, doubts.get());
    }

    @Test
    void aRepetitionIsFinished_underItsFirstId_andAConflictIsNowhere() {
        Part first = TestPosts.part("a", KEY);
        Part retry = TestPosts.part("a", KEY);
        Part conflict = TestPosts.part("b", KEY);
        log.keyed.put(KEY, first.batch()); // and not in the ledger: its facade has crashed in between
        assertEquals(List.of(Optional.of(first.batch().id()), Optional.empty()), keeper.keep(List.of(retry, conflict)));
        assertEquals(List.of(first.batch()), inLedger(first, retry, conflict));
    }

    @Test
    void aConflictAloneWritesNothing() {
        log.keyed.put(KEY, TestMessages.of("a"));
        Part conflict = TestPosts.part("b", KEY);
        assertEquals(List.of(Optional.empty()), keeper.keep(List.of(conflict)));
        assertEquals(List.of(), inLedger(conflict));
    }

    @Test
    void whatTheLogDoesNotTake_isNotInTheLedger() {
        log.failure = 503;
        Part part = part(TestMessages.batch("m", 1));
        Refusal refusal = assertThrows(Refusal.class, () -> keeper.keep(List.of(part)));
        assertEquals(503, refusal.status());
        assertFalse(refusal.nothingWritten(), "it may be in the log all the same");
        assertEquals(1, doubts.get());
        assertEquals(List.of(), inLedger(part));
    }

    @Test
    void doesNotSayThatNothingWasWritten_onceTheLogHasIt() {
        Keeper other = keeper(members.get(0), new Ledger(new ClusterMember("queue", 2)));
        Refusal refusal = assertThrows(Refusal.class, () -> other.keep(List.of(TestPosts.part("a", KEY))));
        assertEquals(503, refusal.status());
        assertFalse(refusal.nothingWritten());
        assertEquals(1, log.received.size());
        assertEquals(1, doubts.get());
    }

    @Test
    void writesNothing_whenTheQueueIsFull() {
        keeper.keep(List.of(part(TestMessages.batch("fits", 8))));
        assertRefused(keeper, "the queue is full", part(TestMessages.batch("too many", 3)));
        assertRefused(keeper, "the queue is full", part(TestMessages.batch("too", 2)), TestPosts.part("many", KEY));
        keeper.keep(List.of(part(TestMessages.batch("fits", 2))));
        assertEquals(2, log.received.size());
    }

    @Test
    void writesNothing_whileAMemberIsShortOfMemory() {
        String member =
                members.hazelcast(1).getCluster().getLocalMember().getUuid().toString();
        Map<String, Boolean> shortOnes = members.hazelcast(0).getReplicatedMap("short-of-memory");
        shortOnes.put(member, true);
        String why = "memory is short at " + members.hazelcast(1).getName();
        assertRefused(keeper, why, part(TestMessages.batch("m", 1)));
        shortOnes.remove(member);
        keeper.keep(List.of(part(TestMessages.batch("m", 1))));
        assertEquals(1, log.received.size());
    }

    @Test
    void writesNothing_beforeItsMemberHasJoined() {
        ClusterMember alone = new ClusterMember("queue", 2);
        Keeper early = keeper(alone, new Ledger(alone));
        assertRefused(early, "has not joined", part(TestMessages.batch("m", 1)));
    }

    private void assertRefused(Keeper by, String why, Part... parts) {
        int before = log.received.size();
        Refusal error = assertThrows(Refusal.class, () -> by.keep(List.of(parts)));
        assertEquals(503, error.status());
        assertTrue(error.nothingWritten());
        assertTrue(error.getMessage().contains(why), error.getMessage());
        assertEquals(before, log.received.size(), "nothing reached the log");
        assertEquals(List.of(), inLedger(parts), "nor the ledger");
    }

    private List<Batch> inLedger(Part... parts) {
        return ledger.claim(
                List.of(parts).stream().map(part -> part.batch().id()).toList(), HOLDER);
    }

    private static Part part(Batch batch) {
        return new Part(batch, List.of(), Optional.empty());
    }

    private static List<Optional<UUID>> ids(Batch... batches) {
        return List.of(batches).stream().map(batch -> Optional.of(batch.id())).toList();
    }
}
