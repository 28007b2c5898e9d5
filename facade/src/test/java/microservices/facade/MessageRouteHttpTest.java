package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.ledger.HeldBatch;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.queue.QueueCluster.MessagesReplica;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client is told of one message; a stub stands for the log, a map for the ledger. */
@Timeout(60)
class MessageRouteHttpTest {

    private static final UUID HOLDER = new UUID(0, 1);
    private static final UUID GONE = new UUID(0, 2);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ReplicaClient client = new ReplicaClient();
    private final Map<UUID, HeldBatch> ledger = new ConcurrentHashMap<>();
    private volatile boolean silent;
    private LogStub log;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        log = new LogStub();
        MessageRoute route = new MessageRoute(
                () -> List.of(new MessagesReplica("messages-1", "http://m", HOLDER)),
                new LogClient(client, List.of(log.url())),
                id -> {
                    if (silent) {
                        throw Refusal.unknown("looking into the ledger failed");
                    }
                    return Optional.ofNullable(ledger.get(id));
                });
        ReplicaSettings settings = new ReplicaSettings("facade-1", 0, 0, "127.0.0.1", List.of(), 2, 20, "info");
        server = new HttpServer(settings, 0, new Probes(() -> new Health(List.of(), Map.of())), route::addTo);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        client.close();
        log.close();
    }

    private Batch batch(boolean logged, UUID holder, boolean registered) {
        Batch batch = TestMessages.batch("m", 3);
        if (logged) {
            log.add(List.of(batch));
        }
        if (registered) {
            ledger.put(batch.id(), new HeldBatch(batch, Optional.ofNullable(holder)));
        }
        return batch;
    }

    private HttpResponse<String> get(Object id) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/messages/" + id);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void assertTold(String expected, UUID id) throws Exception {
        HttpResponse<String> answer = get(id);
        assertEquals(200, answer.statusCode(), answer.body());
        Instant accepted = Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
        assertEquals(
                "{\"id\":\"" + id + "\"," + expected.replace("@", "\"accepted\":\"" + accepted + "\""), answer.body());
        assertEquals(
                "application/json", answer.headers().firstValue("Content-Type").orElse("none"));
    }

    @Test
    void tellsWhoHoldsIt_forEachMessageOfABatch() throws Exception {
        Batch batch = batch(true, HOLDER, true);
        for (int place = 0; place < 3; place++) {
            assertTold(
                    "\"msg\":\"m" + place + "\",@,\"logged\":true,\"heldBy\":\"messages-1\"}",
                    BatchIds.message(batch.id(), place));
        }
    }

    @Test
    void tellsThatItWaits_whenNobodyHoldsIt_orOneThatIsGone_orItIsNotInTheLedgerYet() throws Exception {
        for (Batch batch : List.of(batch(true, null, true), batch(true, GONE, true), batch(true, null, false))) {
            assertTold("\"msg\":\"m0\",@,\"logged\":true,\"heldBy\":null,\"waitingSeconds\":0}", batch.id());
        }
    }

    @Test
    void tellsSinceWhenItWaits() throws Exception {
        Batch batch = TestMessages.of("m");
        UUID before = new UUID(
                batch.id().getMostSignificantBits() - (90_000L << 16),
                batch.id().getLeastSignificantBits());
        log.add(List.of(batch.withId(before)));
        String body = get(before).body();
        assertTrue(body.matches(".*\"waitingSeconds\":9[0-9]}"), body);
    }

    /** One with an idempotency key stands in the log under that; whether it does, one look does not tell. */
    @Test
    void doesNotSayThatItIsLogged_whenThatIsNotKnown() throws Exception {
        assertTold(
                "\"msg\":\"m0\",@,\"logged\":null,\"heldBy\":\"messages-1\"}",
                batch(false, HOLDER, true).id());
    }

    @Test
    void isA404_whenThereIsNoSuchMessage() throws Exception {
        Batch batch = batch(true, HOLDER, true);
        for (UUID none : List.of(TestMessages.of("x").id(), BatchIds.message(batch.id(), 3))) {
            HttpResponse<String> answer = get(none);
            assertEquals(404, answer.statusCode());
            assertEquals("{\"error\":\"there is no message with this id\",\"written\":\"nothing\"}", answer.body());
        }
    }

    @Test
    void isA400_whenItIsNoIdOfOurs() throws Exception {
        String good = TestMessages.of("x").id().toString();
        for (Object bad : List.of(
                "1",
                good.toUpperCase(java.util.Locale.ROOT),
                good + "0",
                UUID.randomUUID(),
                new UUID(0, 0),
                new UUID(0x7000, 0))) {
            assertEquals(400, get(bad).statusCode(), String.valueOf(bad));
        }
    }

    @Test
    void isA503_whenLogOrLedgerCannotBeAsked_orOnlyALogThatIsCutOff() throws Exception {
        UUID id = batch(true, HOLDER, true).id();
        silent = true;
        assertEquals(503, get(id).statusCode());
        silent = false;
        log.failure = 503;
        assertEquals(503, get(id).statusCode());
        log.failure = 0;
        log.stale = true;
        assertEquals(503, get(TestMessages.of("x").id()).statusCode());
    }
}
