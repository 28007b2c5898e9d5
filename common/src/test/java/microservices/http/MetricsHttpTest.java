package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import microservices.testing.MetricsText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server counts, and how it tells. */
@Timeout(60)
class MetricsHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String POSTS = "message_service_posts_total";
    private static final String TIMES = "http_server_request_duration_seconds_count";

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private volatile CompletableFuture<byte[]> answer;
    private volatile List<String> missing = List.of();
    private HttpServer server;

    @BeforeEach
    void start() {
        ReplicaSettings settings = new ReplicaSettings("r", 0, 0, "127.0.0.1", List.of(), 2, 1, "info");
        Probes probes = new Probes(List::of, () -> new Health(missing, Map.of()), new Metrics().addJvm());
        server = new HttpServer(
                settings,
                100,
                probes,
                routes -> {
                    HttpServer.get(routes, "/items/{id}", request -> request.result("x"));
                    HttpServer.get(routes, "/wait", request -> {
                        entered.countDown();
                        gate.await(30, TimeUnit.SECONDS);
                    });
                },
                Map.of("/", request -> answer));
        server.start();
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    @Test
    void isTheTextOfPrometheus_orOpenMetricsForThoseWhoTakeIt() throws Exception {
        HttpResponse<String> plain = send("GET", "/metrics");
        assertEquals(200, plain.statusCode());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", type(plain));
        MetricsText.check(plain.body());
        assertTrue(new MetricsText(plain.body()).names().contains("jvm_memory_used_bytes"), plain.body());

        HttpResponse<String> open = send("GET", "/metrics", "application/openmetrics-text;version=1.0.0,*/*;q=0.1");
        assertEquals("application/openmetrics-text; version=1.0.0; charset=utf-8", type(open));
        assertTrue(open.body().endsWith("# EOF\n"), open.body());
        for (String accept : List.of("*/*", "application/json", "nonsense", "application/vnd.google.protobuf")) {
            assertEquals(type(plain), type(send("GET", "/metrics", accept)), accept);
        }
    }

    @Test
    void takesHeadAsGet_andNoOtherMethod_andIsLimited_andItsErrorsAreJson() throws Exception {
        HttpResponse<String> head = send("HEAD", "/metrics");
        assertEquals(200, head.statusCode());
        assertEquals("text/plain; version=0.0.4; charset=utf-8", type(head));
        assertEquals("", head.body());
        HttpResponse<String> put = send("PUT", "/metrics");
        assertEquals(405, put.statusCode());
        assertEquals("GET, HEAD", put.headers().firstValue("Allow").orElse("none"));

        client.sendAsync(request("GET", "/wait", "*/*"), HttpResponse.BodyHandlers.ofString());
        assertTrue(entered.await(20, TimeUnit.SECONDS));
        HttpResponse<String> refused = send("GET", "/metrics");
        assertEquals(503, refused.statusCode());
        assertEquals("application/json", type(refused));
        assertTrue(refused.body().startsWith("{\"error\":\"too many requests"), refused.body());
    }

    @Test
    void timesRequests_byMethodStatusAndRoute_andNotByWhatClientsMakeUp() throws Exception {
        send("GET", "/items/1");
        send("GET", "/items/2");
        send("HEAD", "/items/3");
        send("GET", "/made-up");
        send("BREW", "/items/4");
        awaitCount(
                2,
                TIMES,
                "http_request_method",
                "GET",
                "http_response_status_code",
                "200",
                "http_route",
                "/items/{id}");
        awaitCount(
                1,
                TIMES,
                "http_request_method",
                "HEAD",
                "http_response_status_code",
                "200",
                "http_route",
                "/items/{id}");
        awaitCount(1, TIMES, "http_request_method", "GET", "http_response_status_code", "404", "http_route", "");
        awaitCount(1, TIMES, "http_request_method", "_OTHER", "http_response_status_code", "405", "http_route", "");
        assertFalse(metrics().text().contains("made-up"));
        assertFalse(metrics().text().contains("BREW"));
    }

    @Test
    void countsPosts_byWhatBecameOfThem() throws Exception {
        post(201, CompletableFuture.completedFuture("{}".getBytes(StandardCharsets.US_ASCII)));
        post(201, CompletableFuture.completedFuture("{}".getBytes(StandardCharsets.US_ASCII)));
        post(400, CompletableFuture.failedFuture(Refusal.badRequest("why")));
        post(413, CompletableFuture.failedFuture(Refusal.tooLarge("why")));
        post(409, CompletableFuture.failedFuture(Refusal.conflict("why")));
        post(503, CompletableFuture.failedFuture(Refusal.notNow("why")));
        post(503, CompletableFuture.failedFuture(Refusal.unknown("why")));
        post(500, CompletableFuture.failedFuture(new IllegalStateException("a bug of this test")));
        awaitCount(2, POSTS, "outcome", "kept");
        awaitCount(2, POSTS, "outcome", "invalid");
        awaitCount(1, POSTS, "outcome", "conflict");
        awaitCount(1, POSTS, "outcome", "refused");
        awaitCount(1, POSTS, "outcome", "unknown");
        awaitCount(1, POSTS, "outcome", "failed");

        client.sendAsync(request("GET", "/wait", "*/*"), HttpResponse.BodyHandlers.ofString());
        assertTrue(entered.await(20, TimeUnit.SECONDS));
        post(503, new CompletableFuture<>()); // by the limit, in front of the route
        gate.countDown();
        awaitCount(2, POSTS, "outcome", "refused");
        awaitCount(2, TIMES, "http_request_method", "POST", "http_response_status_code", "201", "http_route", "/");
    }

    /** Without anybody asking for it: who reads the metrics must not have to wait for that. */
    @Test
    void tellsWhetherItIsReady_asItWasFoundOutLast() {
        awaitCount(1, "message_service_ready");
        missing = List.of("company");
        awaitCount(0, "message_service_ready");
    }

    private void post(int status, CompletableFuture<byte[]> next) throws Exception {
        answer = next;
        assertEquals(status, send("POST", "/").statusCode());
    }

    /** An answer is counted when it has been sent, so its client may ask before. */
    private void awaitCount(double count, String name, String... labels) {
        Await.until(LIMIT, name + " " + List.of(labels) + " is " + count, () -> {
            double now = metrics().value(name, labels);
            if (now != count) {
                throw new IllegalStateException("it is " + now);
            }
            return true;
        });
    }

    private MetricsText metrics() throws Exception {
        HttpResponse<String> answer = send("GET", "/metrics");
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("answered " + answer.statusCode()); // the one before is still being counted
        }
        return new MetricsText(answer.body());
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElse("none");
    }

    private HttpRequest request(String method, String path, String accept) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(LIMIT)
                .header("Accept", accept)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return send(method, path, "*/*");
    }

    private HttpResponse<String> send(String method, String path, String accept) throws Exception {
        return client.send(request(method, path, accept), HttpResponse.BodyHandlers.ofString());
    }
}
