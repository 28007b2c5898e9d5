package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import microservices.ledger.Holding;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.queue.QueueCluster.MessagesReplica;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code GET /verify} finds out of made-up states; stubs stand for the replicas, a map for the ledger. */
@Timeout(60)
class VerificationHttpTest {

    private static final UUID GONE = new UUID(0, 9);

    private final ReplicaClient client = new ReplicaClient();
    private final Map<UUID, Holding> ledger = new ConcurrentHashMap<>();
    private LogStub log;
    private LogStub a;
    private LogStub b;
    private List<MessagesReplica> live;
    /** Run before the ledger is asked, with what for. */
    private volatile java.util.function.Consumer<Set<UUID>> beforeLedger = ids -> {};

    @BeforeEach
    void start() throws IOException {
        log = new LogStub();
        a = new LogStub();
        b = new LogStub();
        live = List.of(
                new MessagesReplica("messages-1", a.url(), new UUID(0, 1)),
                new MessagesReplica("messages-2", b.url(), new UUID(0, 2)));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        log.close();
        a.close();
        b.close();
    }

    private Comparison verify() {
        return new Verification(
                        () -> live,
                        new LogClient(client, List.of(log.url())),
                        new HeldClient(client),
                        this::holdings,
                        Duration.ofMillis(400))
                .run();
    }

    private Map<UUID, Holding> holdings(Set<UUID> ids) {
        beforeLedger.accept(ids);
        Map<UUID, Holding> found = new HashMap<>(ledger);
        found.keySet().retainAll(ids);
        return found;
    }

    private static String json(Comparison comparison) {
        return new String(comparison.json(), StandardCharsets.UTF_8);
    }

    private void register(Batch batch, UUID holder) {
        ledger.put(batch.id(), new Holding(holder, batch.size()));
    }

    private void hold(LogStub stub, int replica, Batch batch) {
        register(batch, live.get(replica).holder());
        stub.held.put(batch.id(), batch);
    }

    /** Some pages of batches of three, each held once: every third by the second replica. */
    private List<Batch> closed() {
        List<Batch> batches = TestMessages.batches(5 * LogStub.PAGE_IDS + 1, 3);
        log.add(batches);
        for (int i = 0; i < batches.size(); i++) {
            hold(i % 3 == 0 ? b : a, i % 3 == 0 ? 1 : 0, batches.get(i));
        }
        return batches;
    }

    @Test
    void isClosed_whenEachIdIsHeldOnce() {
        assertEquals(
                "{\"sentence\":\"Everything logged is held once: logged 0 = 0 + 0, waiting 0.\","
                        + "\"logged\":0,\"waiting\":0,\"held\":{\"messages-1\":0,\"messages-2\":0},"
                        + "\"lost\":0,\"doubled\":0,\"unlogged\":0,\"first\":[],\"verdict\":\"closed\"}",
                json(verify()));
        closed();
        log.queries.clear();
        Comparison comparison = verify();
        assertEquals("Everything logged is held once: logged 108 = 72 + 36, waiting 0.", comparison.sentence());
        assertEquals(Verdict.CLOSED, comparison.verdict());
        assertTrue(log.queries.size() >= 5, "page by page: " + log.queries);
        assertEquals("maxAgeMillis=0", log.queries.get(0), "all that was logged before counts");
    }

    @Test
    void isOpen_whenNobodyHasClaimedAMessage_orOneThatIsGone_orItIsNotInTheLedgerYet() {
        List<Batch> batches = closed();
        Batch unclaimed = batches.get(1);
        register(unclaimed, null);
        a.held.remove(unclaimed.id());
        Batch ofGone = batches.get(20);
        register(ofGone, GONE);
        a.held.remove(ofGone.id());
        Batch unregistered = TestMessages.of("m");
        log.add(List.of(unregistered));
        Comparison comparison = verify();
        assertEquals(
                "Nothing is lost and nothing doubled, but not everything is held yet:"
                        + " logged 109 = 66 + 36, waiting 7.",
                comparison.sentence());
        assertEquals(Verdict.OPEN, comparison.verdict());
    }

    @Test
    void isBroken_whenAReplicaDoesNotListWhatItHasClaimed_andNamesTheMessages() {
        List<Batch> batches = closed();
        a.held.remove(batches.get(4).id());
        b.held.remove(batches.get(30).id());
        Comparison comparison = verify();
        assertEquals(
                "Something is wrong, lost: 6, held twice: 0, held but not logged: 0;"
                        + " logged 108, held 69 + 33, waiting 0.",
                comparison.sentence());
        List<String> expected = new ArrayList<>();
        for (Batch batch : List.of(batches.get(4), batches.get(30))) {
            IntStream.range(0, 3)
                    .forEach(place -> expected.add(
                            "{\"id\":\"" + BatchIds.message(batch.id(), place) + "\",\"fault\":\"lost\"}"));
        }
        String json = json(comparison);
        assertTrue(json.contains("\"first\":[" + String.join(",", expected) + "],\"verdict\":\"broken\"}"), json);
    }

    @Test
    void isBroken_whenTwoReplicasListTheSame() {
        List<Batch> batches = closed();
        b.held.put(batches.get(1).id(), batches.get(1));
        Comparison comparison = verify();
        assertEquals(
                "Something is wrong, lost: 0, held twice: 3, held but not logged: 0;"
                        + " logged 108, held 72 + 39, waiting 0.",
                comparison.sentence());
        assertTrue(json(comparison).contains("{\"id\":\"" + batches.get(1).id() + "\",\"fault\":\"doubled\"}"));
    }

    /** One that is held twice and one that is lost make the right number together. */
    @Test
    void isBroken_althoughTheCountsAreRight() {
        List<Batch> batches = closed();
        b.held.put(batches.get(1).id(), batches.get(1));
        a.held.remove(batches.get(2).id());
        Comparison comparison = verify();
        assertEquals(
                "Something is wrong, lost: 3, held twice: 3, held but not logged: 0;"
                        + " logged 108, held 69 + 39, waiting 0.",
                comparison.sentence());
    }

    @Test
    void isBroken_whenTheLogLacksWhatIsHeld_whereverItIs_andListsTwenty() {
        List<Batch> batches = closed();
        for (int lost : new int[] {0, 17, 33, 34, 35}) {
            log.batches.remove(batches.get(lost).id());
        }
        assertTrue(verify().sentence().contains("held but not logged: 15; logged 93, "));
        log.batches.clear();
        Comparison comparison = verify();
        assertTrue(comparison.sentence().contains("held but not logged: 108; logged 0, "), comparison.sentence());
        assertEquals(Comparison.MOST_LISTED, json(comparison).split("unlogged\"}", -1).length - 1);
    }

    @Test
    void isUnknown_whenAReplicaDoesNotAnswer_andNamesIt() {
        closed();
        b.failure = 503;
        Comparison comparison = verify();
        assertEquals("Not everything could be compared: messages-2 does not say what it holds.", comparison.sentence());
        assertEquals(
                "{\"sentence\":\"" + comparison.sentence() + "\",\"lost\":0,\"doubled\":0,\"unlogged\":0,\"first\":[],"
                        + "\"verdict\":\"unknown\",\"missing\":[\"messages-2 does not say what it holds\"]}",
                json(comparison));
        b.failure = 0;
        log.failure = 500;
        assertEquals(Verdict.UNKNOWN, verify().verdict());
        log.failure = 0;
        log.stale = true;
        assertEquals(Verdict.UNKNOWN, verify().verdict(), "it may lack what was accepted lately");
    }

    /** The member of the run before is seen for ten seconds more, and has the same address. */
    @Test
    void isUnknown_whileAReplicaIsThereTwice() {
        closed();
        live = List.of(live.get(0), live.get(1), new MessagesReplica("messages-2", b.url(), new UUID(0, 3)));
        assertEquals(
                "Not everything could be compared: messages-2 has been started anew, and is still seen twice.",
                verify().sentence());
    }

    /** A message that is on its way is in no list when the lists are read, and claimed when the ledger is asked. */
    @Test
    void raisesNoFalseAlarm_whilePostsComeIn() {
        closed();
        List<Batch> posted = new ArrayList<>();
        log.beforePage = () -> {
            posted.forEach(batch -> a.held.put(batch.id(), batch));
            Batch batch = TestMessages.batch("posted", 2);
            posted.add(batch);
            log.add(List.of(batch));
            Batch held = TestMessages.of("taken at once");
            log.add(List.of(held));
            hold(b, 1, held);
        };
        beforeLedger =
                ids -> posted.forEach(batch -> register(batch, live.get(0).holder()));
        for (int i = 0; i < 5; i++) { // the log grows by two fifths each time
            Comparison comparison = verify();
            assertNotEquals(Verdict.BROKEN, comparison.verdict(), comparison.sentence());
            assertNotEquals(Verdict.UNKNOWN, comparison.verdict(), comparison.sentence());
        }
        log.beforePage = () -> {};
        posted.forEach(batch -> a.held.put(batch.id(), batch));
        assertEquals(Verdict.CLOSED, verify().verdict(), "and all of it has come");
    }

    @Test
    void everythingWaits_whenNoReplicaIsThere() {
        List<Batch> batches = closed();
        batches.forEach(batch -> register(batch, GONE));
        live = List.of();
        assertEquals(
                "Nothing is lost and nothing doubled, but not everything is held yet: logged 108, waiting 108.",
                verify().sentence());
    }
}
