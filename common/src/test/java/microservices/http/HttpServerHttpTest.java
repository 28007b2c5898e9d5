package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import microservices.service.Health;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bounds of a real server, with four requests at most. */
@Timeout(60)
class HttpServerHttpTest {

    private static final int MOST_REQUESTS = 4;
    private static final int MOST_READINGS = 2;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String BODY = "Content-Length: 1000\r\n";

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicReference<Throwable> brokenOff = new AtomicReference<>();
    private HttpServer server;

    @BeforeEach
    void start() {
        ListRoutes readings = new ListRoutes(MOST_READINGS, Duration.ofSeconds(2));
        ByteBudget bodies = new ByteBudget("bodies", 100_000);
        Health healthy = new Health(List.of(), Map.of());
        server = new HttpServer("r", "127.0.0.1", 0, MOST_REQUESTS, bodies, () -> healthy, routes -> {
            routes.post("/wait", request -> {
                RequestBody.read(request, 80_000);
                entered.incrementAndGet();
                gate.await(30, TimeUnit.SECONDS);
                request.status(201);
            });
            readings.addTo(routes, "/endless", (request, out) -> writeForEver(out));
            readings.addTo(routes, "/list", (request, out) -> out.write('x'));
        });
        server.start();
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    private void writeForEver(OutputStream out) throws IOException {
        entered.incrementAndGet();
        byte[] some = new byte[8192];
        try {
            while (true) {
                out.write(some);
            }
        } catch (IOException e) {
            brokenOff.set(e);
            throw e;
        }
    }

    @Test
    void refusesOneRequestTooMany_atOnce_andAnswersHealth() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> underWay = post(MOST_REQUESTS, 10);
        awaitEntered(MOST_REQUESTS);

        for (String path : List.of("/wait", "/list", "/nowhere")) {
            HttpResponse<String> refused = send(HttpRequest.newBuilder(uri(path)));
            assertEquals(503, refused.statusCode(), path);
            assertEquals("1", refused.headers().firstValue("Retry-After").orElse("none"));
            assertEquals("r", refused.headers().firstValue("X-Replica").orElse("none"));
            assertTrue(refused.body().contains("too many requests"), refused.body());
        }
        assertEquals(200, send(HttpRequest.newBuilder(uri("/health"))).statusCode());

        gate.countDown();
        for (CompletableFuture<HttpResponse<String>> answer : underWay) {
            assertEquals(201, answer.get().statusCode());
        }
        assertEquals(MOST_REQUESTS, entered.get());
        Await.until(
                LIMIT,
                "there is room again",
                () -> send(HttpRequest.newBuilder(uri("/list"))).statusCode() == 200);
    }

    @Test
    void refusesABodyThatMemoryHasNoRoomFor_andTakesItLater() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> underWay = post(1, 60_000);
        awaitEntered(1);

        HttpResponse<String> refused = post(1, 60_000).get(0).get();
        assertEquals(503, refused.statusCode());
        assertEquals("1", refused.headers().firstValue("Retry-After").orElse("none"));
        assertTrue(refused.body().contains("memory"), refused.body());
        assertEquals(1, entered.get());

        gate.countDown();
        assertEquals(201, underWay.get(0).get().statusCode());
        Await.until(
                LIMIT, "there is room again", () -> post(1, 60_000).get(0).get().statusCode() == 201);
    }

    /** A connection that is closed while its client still sends is reset, and the client finds no answer. */
    @Test
    void aClientThatSendsABodyThatNobodyReads_readsTheAnswer() throws Exception {
        assertRefuses(404, "/nowhere", "application/json");
        assertRefuses(415, "/wait", "text/plain");
        assertRefuses(413, "/wait", "application/json");
        post(1, 60_000);
        awaitEntered(1);
        assertRefuses(503, "/wait", "application/json");
        post(MOST_REQUESTS - 1, 10);
        awaitEntered(MOST_REQUESTS);
        assertRefuses(503, "/wait", "application/json");
    }

    private void assertRefuses(int status, String path, String type) throws Exception {
        for (int i = 0; i < 10; i++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                    .header("Content-Type", type)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[4_000_000]));
            assertEquals(status, send(request).statusCode());
        }
    }

    @Test
    void aClientThatAsksBeforeItSends_isAnsweredAtOnce() throws Exception {
        try (Socket socket = open("POST", "/nowhere", BODY + "Expect: 100-continue\r\n")) {
            assertEquals(404, status(socket));
        }
    }

    @Test
    void aClientThatAsksBeforeItSends_isRefusedAtOnce() throws Exception {
        post(MOST_REQUESTS, 10);
        awaitEntered(MOST_REQUESTS);
        try (Socket socket = open("POST", "/wait", BODY + "Expect: 100-continue\r\n")) {
            assertEquals(503, status(socket));
        }
    }

    @Test
    void aBodyThatEndsEarlyIsABadRequest() throws Exception {
        try (Socket socket = open("POST", "/wait", BODY)) {
            socket.getOutputStream().write(new byte[10]);
            socket.shutdownOutput();
            assertEquals(400, status(socket));
        }
    }

    @Test
    void nobodyIsWaitedForLong_whoSendsNoneOfABodyThatNobodyReads() throws Exception {
        try (Socket wrongPath = open("POST", "/nowhere", BODY)) {
            post(MOST_REQUESTS - 1, 10);
            awaitEntered(MOST_REQUESTS - 1);
            try (Socket oneTooMany = open("POST", "/wait", BODY);
                    Socket health = open("GET", "/health", BODY)) {
                assertEquals(200, status(health));
                assertEquals(404, status(wrongPath));
                assertEquals(503, status(oneTooMany));
            }
        }
    }

    /** Within ten seconds. */
    private static int status(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        return Integer.parseInt(line.substring("HTTP/1.1 ".length()));
    }

    @Test
    void takesNoMemory_forAPostWithoutABody() throws Exception {
        post(1, 60_000);
        awaitEntered(1);
        try (Socket bare = open("POST", "/wait", "")) {
            awaitEntered(2);
            gate.countDown();
            assertEquals(201, status(bare));
        }
    }

    @Test
    void cutsOffAClientThatReadsNothing_andOthersReadOn() throws Exception {
        List<Socket> stuck = List.of(get("/endless"), get("/endless"));
        try {
            awaitEntered(MOST_READINGS);
            HttpResponse<String> refused = send(HttpRequest.newBuilder(uri("/list")));
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("readings"), refused.body());
            assertEquals(200, send(HttpRequest.newBuilder(uri("/health"))).statusCode());

            Await.until(
                    LIMIT,
                    "others read",
                    () -> send(HttpRequest.newBuilder(uri("/list"))).statusCode() == 200);
            assertTrue(brokenOff.get() != null);
        } finally {
            for (Socket socket : stuck) {
                socket.close();
            }
        }
    }

    @Test
    void cutsOffAClientThatReadsALittleNowAndThen() throws Exception {
        try (Socket slow = get("/endless")) {
            awaitEntered(1);
            Await.until(LIMIT, "it is cut off", () -> {
                slow.getInputStream().readNBytes(100); // 2 KB/s: each poll of a wait is 50 ms
                return brokenOff.get() != null;
            });
        }
    }

    @Test
    void doesNotCutOffAClientThatReadsFastEnough() throws Exception {
        try (Socket steady = get("/endless")) {
            long start = System.nanoTime();
            Await.until(LIMIT, "twice the grace has passed", () -> {
                assertEquals(100_000, steady.getInputStream().readNBytes(100_000).length); // 2 MB/s
                return System.nanoTime() - start > TimeUnit.SECONDS.toNanos(5);
            });
            assertEquals(null, brokenOff.get());
        }
    }

    private Socket get(String path) throws IOException {
        return open("GET", path, "");
    }

    private Socket open(String method, String path, String headers) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.getOutputStream()
                .write((method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private List<CompletableFuture<HttpResponse<String>>> post(int count, int bytes) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(client.sendAsync(
                    HttpRequest.newBuilder(uri("/wait"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes]))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }
        return answers;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void awaitEntered(int count) {
        Await.until(LIMIT, count + " are under way", () -> entered.get() == count);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
