package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import microservices.message.Refusal;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bounds of a real server, with four requests at most. */
@Timeout(60)
class HttpServerHttpTest {

    private static final int MOST_REQUESTS = 4;
    private static final int MOST_READINGS = 2;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String NOTHING_WRITTEN = ",\"written\":\"nothing\"}";
    private static final String BODY = "Content-Length: 1000\r\n";

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicReference<Throwable> brokenOff = new AtomicReference<>();
    private volatile RuntimeException refusal;
    private HttpServer server;

    @BeforeEach
    void start() {
        ListRoutes readings = new ListRoutes(MOST_READINGS, Duration.ofSeconds(2));
        ByteBudget bodies = new ByteBudget("bodies", 100_000);
        Health healthy = new Health(List.of(), Map.of());
        ReplicaSettings settings = new ReplicaSettings("r", 0, 0, "127.0.0.1", List.of(), 2, MOST_REQUESTS, "info");
        server = new HttpServer(
                settings,
                80_000,
                bodies,
                new Probes(() -> healthy),
                routes -> {
                    routes.post("/wait", request -> {
                        RequestBody.readText(request, 80_000);
                        entered.incrementAndGet();
                        gate.await(30, TimeUnit.SECONDS);
                        request.status(201);
                    });
                    routes.post("/refuse", request -> {
                        throw refusal;
                    });
                    HttpServer.get(routes, "/refuse", request -> {
                        throw refusal;
                    });
                    routes.post("/binary", request -> {
                        boolean binary = RequestBody.isBinary(request);
                        byte[] body = RequestBody.readBinary(request, 4);
                        request.result(binary + " " + Arrays.toString(body));
                    });
                    routes.post("/text", request -> request.result("[" + RequestBody.readText(request, 4) + "]"));
                    readings.addTo(routes, "/endless", (request, out) -> writeForEver(out));
                    readings.addTo(routes, "/list", (request, out) -> out.write('x'));
                },
                Map.of());
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
    void aRefusalTellsWhetherAnythingWasWritten() throws Exception {
        assertAnswers(503, "unknown", Refusal.unknown("why"), "POST");
        assertAnswers(503, "nothing", Refusal.notNow("why"), "POST");
        assertAnswers(409, "nothing", Refusal.conflict("why"), "POST");
        assertAnswers(507, "nothing", Refusal.memoryShort("why"), "POST");
        assertAnswers(500, "unknown", new IllegalStateException("a bug of this test"), "POST");
    }

    @Test
    void aRequestThatOnlyReads_wroteNothing_whateverFailed() throws Exception {
        assertAnswers(503, "nothing", Refusal.unknown("why"), "GET");
        assertAnswers(500, "nothing", new IllegalStateException("a bug of this test"), "GET");
    }

    private void assertAnswers(int status, String written, RuntimeException error, String method) throws Exception {
        refusal = error;
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(uri("/refuse")).method(method, HttpRequest.BodyPublishers.noBody()));
        assertEquals(status, answer.statusCode());
        String sentence = status == 500 ? "this replica failed; its log says why" : "why";
        assertEquals("{\"error\":\"" + sentence + "\",\"written\":\"" + written + "\"}", answer.body());
        assertEquals(
                status == 503 || status == 507 ? "1" : "none",
                answer.headers().firstValue("Retry-After").orElse("none"));
        assertEquals("r", answer.headers().firstValue("X-Replica").orElse("none"));
    }

    @Test
    void whatTheServerRefusesByItself_wroteNothing() throws Exception {
        HttpResponse<String> wrongPath = send(HttpRequest.newBuilder(uri("/nowhere")));
        assertEquals(404, wrongPath.statusCode());
        assertTrue(wrongPath.body().endsWith(NOTHING_WRITTEN), wrongPath.body());

        HttpResponse<String> wrongMethod = send(HttpRequest.newBuilder(uri("/text")));
        assertEquals(405, wrongMethod.statusCode());
        assertEquals("POST", wrongMethod.headers().firstValue("Allow").orElse("none"));
        assertTrue(wrongMethod.body().endsWith(NOTHING_WRITTEN), wrongMethod.body());

        HttpResponse<String> longQuery = send(HttpRequest.newBuilder(uri("/list?" + "x".repeat(300_000))));
        assertEquals(414, longQuery.statusCode());
        assertTrue(longQuery.body().endsWith(NOTHING_WRITTEN), longQuery.body());
    }

    @Test
    void readsABodyAsBytes_onlyIfItIsSaidToBeBinary() throws Exception {
        byte[] body = {0, -1, (byte) 0xC3, '\n'};
        HttpResponse<String> taken = post("/binary", RequestBody.BINARY, body);
        assertEquals(200, taken.statusCode());
        assertEquals("true " + Arrays.toString(body), taken.body());
        assertEquals(415, post("/binary", "application/json", body).statusCode());
        assertEquals(413, post("/binary", RequestBody.BINARY, new byte[5]).statusCode());
    }

    @Test
    void readsABodyAsText_onlyIfItIsUtf8_andNotSaidToBeSomethingElse() throws Exception {
        byte[] body = "é".getBytes(StandardCharsets.UTF_8);
        for (String type : List.of(
                "application/json",
                "Application/JSON; charset=\"UTF-8\"",
                "application/json;charset=utf8",
                "application/json ; charset=Utf-8",
                "application/json; q=\"a;charset=latin1\"; CHARSET=utf-8",
                "application/json;",
                "application/vnd.api+json",
                "application/x-www-form-urlencoded",
                " ")) {
            HttpResponse<String> taken = post("/text", type, body);
            assertEquals(200, taken.statusCode(), type);
            assertEquals("[é]", taken.body());
        }
        for (String type : List.of(
                RequestBody.BINARY,
                "text/plain",
                "text/x+json",
                "json",
                "/",
                ";",
                ";".repeat(50_000),
                "application/json; charset",
                "application/json, application/json",
                "application/json; charset=iso-8859-1",
                "application/json; charset=\"utf-16\"",
                "application/json; charset=utf-8; charset=latin1")) {
            assertEquals(415, post("/text", type, body).statusCode(), type);
        }
        assertEquals(
                400, post("/text", "application/json", new byte[] {'a', -1}).statusCode());
        assertEquals(413, post("/text", "application/json", new byte[5]).statusCode());
    }

    @Test
    void dropsTheMarkThatSomeEditorsPutBeforeUtf8_andNoOther() throws Exception {
        byte[] mark = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
        assertEquals("[]", post("/text", "application/json", mark).body());
        byte[] marked = {mark[0], mark[1], mark[2], 'a'};
        assertEquals("[a]", post("/text", "application/json", marked).body());
        byte[] behind = {'a', mark[0], mark[1], mark[2]};
        assertEquals("[a\ufeff]", post("/text", "application/json", behind).body());
    }

    @Test
    void anEmptyBodyMayHaveAnyType() throws Exception {
        for (String type : List.of("text/plain", ";", "application/json; charset=bogus")) {
            assertEquals("[]", post("/text", type, new byte[0]).body(), type);
        }
        try (Socket inChunks = open("POST", "/text", "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n")) {
            inChunks.getOutputStream().write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(200, status(inChunks));
        }
    }

    @Test
    void refusesFramingThatTwoReadersMayReadDifferently() throws Exception {
        for (String framing : List.of(
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nContent-Length: 2",
                "Content-Length: 2\r\nTransfer-Encoding: chunked",
                "Content-Length: 2\r\nContent-Length: 2",
                "Content-Length: 2, 2",
                "Content-Length: +2",
                "Content-Length: 0x2",
                "Content-Length: 99999999999999999999",
                "Content-Length : 2",
                "Content-Length: 2\r\n ,3",
                "Content-Length: 2\nX: y",
                "Content-Length: 2\r\nHost: y")) {
            try (Socket socket = open("POST", "/text", framing + "\r\n")) {
                socket.getOutputStream().write("2\r\n{}\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals(400, status(socket), framing);
            }
        }
        for (String body :
                List.of("2\n{}\r\n0\r\n\r\n", "2\r\n{}0\r\n\r\n", "-2\r\n", "fffffffffffffffff\r\n", "x\r\n")) {
            try (Socket socket = open("POST", "/text", "Transfer-Encoding: chunked\r\n")) {
                socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
                assertEquals(400, status(socket), body);
            }
        }
    }

    @Test
    void refusesATargetWithAFragment() throws Exception {
        try (Socket socket = open("GET", "/list?a#b", "")) {
            assertEquals(400, status(socket));
        }
    }

    /** As in a container, where it advertises a name or the host's address. */
    @Test
    void listensOnAllAddresses_alsoThoseOfIpv6_whenItAdvertisesAnother() throws Exception {
        Assumptions.assumeTrue(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null);
        ReplicaSettings settings = new ReplicaSettings("all", 0, 0, "10.0.0.1", List.of(), 2, MOST_REQUESTS, "info");
        Health healthy = new Health(List.of(), Map.of());
        try (HttpServer everywhere = new HttpServer(settings, 0, new Probes(() -> healthy), routes -> {})) {
            everywhere.start();
            for (String host : List.of("127.0.0.1", "[::1]")) {
                URI health = URI.create("http://" + host + ":" + everywhere.port() + "/health");
                assertEquals(200, send(HttpRequest.newBuilder(health)).statusCode(), host);
            }
        }
    }

    /** Node and others try the IPv6 address of localhost first. */
    @Test
    void listensOnBothLoopbackAddresses_whereTheMachineHasBoth() throws Exception {
        Assumptions.assumeTrue(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null);
        for (String host : List.of("127.0.0.1", "[::1]")) {
            URI health = URI.create("http://" + host + ":" + server.port() + "/health");
            assertEquals(200, send(HttpRequest.newBuilder(health)).statusCode(), host);
        }
    }

    @Test
    void refusesAnEncodedBody() throws Exception {
        for (String path : List.of("/text", "/binary")) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                    .header("Content-Type", path.equals("/binary") ? RequestBody.BINARY : "application/json")
                    .header("Content-Encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[3]));
            assertEquals(415, send(request).statusCode(), path);
        }
    }

    private HttpResponse<String> post(String path, String type, byte[] body) throws Exception {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
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
            assertTrue(refused.body().endsWith(NOTHING_WRITTEN), refused.body());
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
        assertTrue(refused.body().endsWith(NOTHING_WRITTEN), refused.body());
        assertEquals(1, entered.get());

        gate.countDown();
        assertEquals(201, underWay.get(0).get().statusCode());
        Await.until(
                LIMIT, "there is room again", () -> post(1, 60_000).get(0).get().statusCode() == 201);
    }

    @Test
    void takesMemory_onlyForWhatHasComeOfABody() throws Exception {
        try (Socket slow = open("POST", "/wait", "Content-Length: 79000\r\n");
                Socket inChunks = open("POST", "/wait", "Transfer-Encoding: chunked\r\n")) {
            slow.getOutputStream().write(new byte[10]);
            inChunks.getOutputStream().write("5\r\nhello\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            awaitEntered(1);
            post(1, 60_000);
            awaitEntered(2);
        }
    }

    /** A connection that is closed while its client still sends is reset, and the client finds no answer. */
    @Test
    void aClientThatSendsABodyThatNobodyReads_readsTheAnswer() throws Exception {
        assertRefuses(404, "/nowhere", "application/json", 4_000_000);
        assertRefuses(415, "/wait", "text/plain", 4_000_000);
        assertRefuses(413, "/wait", "application/json", 4_000_000);
        post(1, 60_000);
        awaitEntered(1);
        assertRefuses(503, "/wait", "application/json", 80_000);
        post(MOST_REQUESTS - 1, 10);
        awaitEntered(MOST_REQUESTS);
        assertRefuses(503, "/wait", "application/json", 4_000_000);
    }

    private void assertRefuses(int status, String path, String type, int bytes) throws Exception {
        for (int i = 0; i < 10; i++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                    .header("Content-Type", type)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[bytes]));
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
            try (Socket tooLong = open("POST", "/wait", "Content-Length: 80001\r\n");
                    Socket health = open("GET", "/health", BODY)) {
                assertEquals(200, status(health));
                assertEquals(404, status(wrongPath));
                assertEquals(413, status(tooLong));
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
