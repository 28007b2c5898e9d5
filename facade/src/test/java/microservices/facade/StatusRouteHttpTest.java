package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.ledger.LedgerCounts;
import microservices.message.Refusal;
import microservices.queue.QueueCluster.MessagesReplica;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How {@code GET /status} counts, with stubs for the replicas, and what it costs. */
@Timeout(60)
class StatusRouteHttpTest {

    private static final UUID HOLDER_1 = new UUID(0, 1);
    private static final UUID HOLDER_2 = new UUID(0, 2);
    private static final LedgerCounts ALL =
            new LedgerCounts(15, 0, Map.of(HOLDER_1, 12L, HOLDER_2, 8L), 0, Optional.empty());

    private final ReplicaClient client = new ReplicaClient();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile LedgerCounts ledger = ALL;
    private LogStub first;
    private LogStub second;
    private volatile List<MessagesReplica> live;
    private CountReading reading;
    private StatusRoute route;

    @BeforeEach
    void start() throws IOException {
        first = new LogStub();
        second = new LogStub();
        live = List.of(
                new MessagesReplica("messages-1", first.url(), HOLDER_1),
                new MessagesReplica("messages-2", second.url(), HOLDER_2));
        first.logged = 15;
        first.listed = 12;
        second.listed = 8;
        reading = new CountReading(
                () -> live, new HeldClient(client), new LogClient(client, List.of(first.url())), this::look);
        route = new StatusRoute(reading);
    }

    private LedgerCounts look(Set<UUID> holders) {
        looks.incrementAndGet();
        if (ledger == null) {
            throw Refusal.unknown("looking failed");
        }
        return ledger;
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        first.close();
        second.close();
    }

    @Test
    void countsMessages_notBatches() {
        assertEquals(
                new Status(
                        OptionalLong.of(20),
                        OptionalLong.of(0),
                        OptionalLong.empty(),
                        Map.of("messages-1", OptionalLong.of(12), "messages-2", OptionalLong.of(8)),
                        Verdict.CLOSED,
                        List.of()),
                route.now());
    }

    @Test
    void looksThroughTheLedgerOnce_asLongAsNothingChanges() {
        assertTrue(reading.read().closed());
        for (int i = 0; i < 5; i++) {
            assertTrue(reading.read().closed());
            assertEquals(0, reading.lookNanos());
        }
        assertEquals(1, looks.get());
        first.logged = 16;
        assertEquals(OptionalLong.of(1), reading.read().waitingMessages());
        assertEquals(2, looks.get());
        first.logged = 15;
        first.listed = 13;
        reading.read();
        reading.read();
        assertEquals(4, looks.get(), "what does not agree is looked at again");
    }

    @Test
    void namesWhoDoesNotAnswer() {
        second.failure = 503;
        Status status = route.now();
        assertEquals(Verdict.UNKNOWN, status.verdict());
        assertEquals(List.of("messages-2 does not say what it holds"), status.missing());
        assertEquals(OptionalLong.of(12), status.held().get("messages-1"));
        assertEquals(OptionalLong.empty(), status.held().get("messages-2"));
    }

    @Test
    void waitsForNobodyForLong() {
        CountDownLatch frozen = new CountDownLatch(1);
        second.beforeCount = () -> {
            try {
                frozen.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try {
            long begun = System.nanoTime();
            assertEquals(
                    List.of("messages-2 does not say what it holds"),
                    route.now().missing());
            assertTrue(System.nanoTime() - begun < Duration.ofSeconds(4).toNanos());
        } finally {
            frozen.countDown();
        }
    }

    @Test
    void isUnknown_whenTheLedgerOrTheLogCannotBeAsked_orOnlyALogThatIsCutOff() {
        ledger = null;
        assertEquals(
                List.of("the queue cluster does not say what waits"),
                reading.read().missing());
        ledger = ALL;
        first.stale = true;
        List<String> missing = reading.read().missing();
        assertTrue(
                missing.contains("no logging replica that sees enough of the others says what is logged"),
                missing::toString);
    }

    /** A replica that has been killed and started again: its old member may be seen for ten seconds more. */
    @Test
    void isUnknown_whileAReplicaIsThereTwice() {
        live = List.of(live.get(0), live.get(1), new MessagesReplica("messages-2", second.url(), new UUID(0, 3)));
        Counts counts = reading.read();
        assertEquals(Verdict.UNKNOWN, new Judge().judge(counts, 0));
        assertEquals(
                OptionalLong.empty(), Status.of(counts, Verdict.UNKNOWN).held().get("messages-2"));
    }

    @Test
    void isUnknown_whileThisReplicaIsInNoCluster() {
        CountReading none = new CountReading(
                () -> {
                    throw Refusal.unknown("starting");
                },
                new HeldClient(client),
                new LogClient(client, List.of(first.url())),
                this::look);
        Status status = new StatusRoute(none).now();
        assertEquals(Verdict.UNKNOWN, status.verdict());
        assertEquals(List.of("this replica is in no cluster"), status.missing());
    }

    @Test
    void isNotCalm_whenAReplicaComesMeanwhile() {
        first.beforeCount = () -> live = List.of(live.get(0));
        assertTrue(!reading.read().calm());
    }

    @Test
    void isAskedAsAllReadingsAre() throws Exception {
        VerifyRoute verify = new VerifyRoute(new Verification(
                () -> live, new LogClient(client, List.of(first.url())), new HeldClient(client), ids -> Map.of()));
        ReplicaSettings settings = new ReplicaSettings("facade-1", 0, 0, "127.0.0.1", List.of(), 2, 20, "info");
        try (HttpServer server =
                new HttpServer(settings, 0, new Probes(() -> new Health(List.of(), Map.of())), routes -> {
                    route.addTo(routes);
                    verify.addTo(routes);
                })) {
            server.start();
            for (String path : List.of("/status", "/verify")) {
                HttpResponse<String> answer = send("GET", path, server);
                assertEquals(200, answer.statusCode());
                assertEquals("application/json", header(answer, "Content-Type"));
                assertEquals("facade-1", header(answer, "X-Replica"));
                assertTrue(answer.body().contains("\"verdict\":\"closed\""), answer.body());
                HttpResponse<String> head = send("HEAD", path, server);
                assertEquals("200 ", head.statusCode() + " " + head.body());
                HttpResponse<String> wrong = send("DELETE", path, server);
                assertEquals("405 GET, HEAD", wrong.statusCode() + " " + header(wrong, "Allow"));
            }
        }
    }

    private static HttpResponse<String> send(String method, String path, HttpServer server) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    @Test
    void allWhoAskTogetherShareOneAnswer() throws Exception {
        ExecutorService viewers = Executors.newFixedThreadPool(8);
        CountDownLatch gate = new CountDownLatch(1);
        second.beforeCount = () -> {
            try {
                gate.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try {
            List<Future<Status>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(viewers.submit(() -> route.now()));
            }
            Await.until(Duration.ofSeconds(5), "it is being counted", () -> first.countings.get() > 0);
            gate.countDown();
            Status one = answers.get(0).get();
            for (Future<Status> answer : answers) {
                assertSame(one, answer.get());
            }
            assertSame(one, route.now(), "it is good for a second");
            assertEquals(1, second.countings.get());
        } finally {
            gate.countDown();
            viewers.shutdownNow();
        }
    }
}
