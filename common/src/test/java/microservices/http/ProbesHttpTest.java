package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import microservices.concurrent.Worker;
import microservices.metrics.Metrics;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a replica answers to those who look after it. */
@Timeout(60)
class ProbesHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<String> PATHS = List.of("/health", "/health/ready", "/health/live");
    private static final String FINE = "{\"replica\":\"r\",\"healthy\":true,\"missing\":[]}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private volatile List<String> ended = List.of();
    private volatile List<String> missing = List.of();
    private HttpServer server;

    @BeforeEach
    void start() {
        ReplicaSettings settings = new ReplicaSettings("r", 0, 0, "127.0.0.1", List.of(), 2, 1, "info");
        Probes probes = new Probes(() -> ended, () -> new Health(missing, Map.of("members", "a, b")), new Metrics());
        server = new HttpServer(
                settings,
                0,
                probes,
                routes -> HttpServer.get(routes, "/wait", request -> {
                    entered.countDown();
                    gate.await(30, TimeUnit.SECONDS);
                }));
        server.start();
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    @Test
    void readyIsWhatHealthIs() throws Exception {
        for (List<String> now : List.of(List.<String>of(), List.of("the queue cluster has 1 of at least 2 members"))) {
            missing = now;
            HttpResponse<String> health = send("GET", "/health");
            HttpResponse<String> ready = send("GET", "/health/ready");
            assertEquals(now.isEmpty() ? 200 : 503, ready.statusCode());
            assertEquals(health.statusCode(), ready.statusCode());
            assertEquals(health.body(), ready.body());
            assertEquals(
                    health.headers().firstValue("Retry-After"), ready.headers().firstValue("Retry-After"));
        }
    }

    @Test
    void lives_whateverIsMissing() throws Exception {
        missing = List.of("the queue cluster has 1 of at least 2 members");
        HttpResponse<String> live = send("GET", "/health/live");
        assertEquals(200, live.statusCode());
        assertEquals(FINE, live.body());
    }

    @Test
    void doesNotLive_onceItsMemberHasEnded() throws Exception {
        ended = List.of("its member of the queue cluster has ended");
        HttpResponse<String> live = send("GET", "/health/live");
        assertEquals(503, live.statusCode());
        assertTrue(live.body().endsWith("\"missing\":[\"its member of the queue cluster has ended\"]}"), live.body());
        assertEquals(200, send("GET", "/health").statusCode());
    }

    @Test
    void doesNotLive_onceAThreadThatItNeedsHasEnded_butWhenThatWasClosed() throws Exception {
        Worker worker = new Worker(
                "needed",
                () -> {
                    throw new InterruptedException();
                },
                LIMIT,
                LIMIT);
        worker.start();
        try {
            Await.until(
                    LIMIT,
                    "it is told that a thread has ended",
                    () -> send("GET", "/health/live").statusCode() == 503);
            String body = send("GET", "/health/live").body();
            assertTrue(body.contains("\"its thread needed has ended\""), body);
        } finally {
            worker.close();
        }
        assertEquals(200, send("GET", "/health/live").statusCode());
    }

    @Test
    void areAnswered_whileTooManyRequestsAreUnderWay() throws Exception {
        CompletableFuture<HttpResponse<String>> underWay =
                client.sendAsync(request("GET", "/wait"), HttpResponse.BodyHandlers.ofString());
        assertTrue(entered.await(20, TimeUnit.SECONDS));
        assertEquals(503, send("GET", "/nowhere").statusCode());
        for (String path : PATHS) {
            assertEquals(200, send("GET", path).statusCode(), path);
        }
        gate.countDown();
        assertEquals(200, underWay.get().statusCode());
    }

    @Test
    void takeHeadAsGet_andNoOtherMethod() throws Exception {
        for (String path : PATHS) {
            HttpResponse<String> head = send("HEAD", path);
            assertEquals(200, head.statusCode(), path);
            assertEquals("", head.body());
            assertEquals(
                    "application/json",
                    head.headers().firstValue("Content-Type").orElse("none"));
            for (String method : List.of("POST", "PUT", "DELETE")) {
                HttpResponse<String> other = send(method, path);
                assertEquals(405, other.statusCode(), method + " " + path);
                assertEquals("GET, HEAD", other.headers().firstValue("Allow").orElse("none"));
                assertTrue(other.body().startsWith("{\"error\":"), other.body());
            }
        }
    }

    private HttpRequest request(String method, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(LIMIT)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return client.send(request(method, path), HttpResponse.BodyHandlers.ofString());
    }
}
