package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.facade.Gathering.Part;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.ledger.Ledger;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;
import microservices.queue.QueueRoom;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import microservices.testing.OddAnswers;
import microservices.testing.OddRequests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client sees of a facade: a real server, and what is done with its batches is a fake. */
@Timeout(60)
class FacadeRoutesHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MOST_REQUESTS = 200;
    /** Whatever JSON has to escape, and what it need not. */
    private static final String ODD_TEXT = "\"\\/\b\f\n\r\t\u0001\u007f\u2028 é € 😀 </script> \\u0041 &=+%";

    private static final UUID EARLIER = UUID.fromString("01890a5d-ac96-774b-8000-b302099a8057");

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ReplicaClient replicas = new ReplicaClient();
    /** What was kept, text by id. */
    private final Map<String, String> kept = new ConcurrentHashMap<>();

    private final AtomicInteger underWay = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile RuntimeException failure;

    private LogStub log;
    private Batches batches;
    private HttpServer server;

    /** Of the key "known" there is an earlier message, "a". */
    private List<Optional<UUID>> keep(List<Part> parts) {
        underWay.addAndGet(parts.size());
        try {
            gate.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
        List<Optional<UUID>> ids = new ArrayList<>();
        for (Part part : parts) {
            if (part.key().equals(Optional.of("known"))) {
                boolean same = TestPosts.texts(List.of(part)).equals(List.of("a"));
                ids.add(same ? Optional.of(EARLIER) : Optional.empty());
            } else {
                part.batch().messages().forEach(message -> kept.put(message.id(), message.text()));
                ids.add(Optional.of(part.batch().id()));
            }
        }
        return ids;
    }

    @BeforeEach
    void start() throws IOException {
        log = new LogStub();
        List<String> urls = List.of(log.url());
        ClusterMember member = new ClusterMember("queue", 2);
        LogClient logClient = new LogClient(replicas, urls);
        Offers offers = new Offers(new MessageQueue(member));
        LogComparison comparison = new LogComparison(
                member, logClient, new Ledger(member), new QueueRoom(member, new Ledger(member), 100_000), offers);
        TwoLists lists = new TwoLists(replicas, urls, () -> urls, () -> false);
        batches = new Batches(this::keep, 100_000, PATIENCE);
        FacadeRoutes routes = new FacadeRoutes(
                lists, member, new MemoryGuard(member), logClient, comparison, new FirstBatch(this::keep));
        ReplicaSettings settings =
                new ReplicaSettings("facade-1", 0, 0, "127.0.0.1", List.of(), 2, MOST_REQUESTS, "info");
        server = new HttpServer(
                settings,
                PostRoutes.MAX_BODY_BYTES,
                new Probes(routes::health),
                routes::addTo,
                new PostRoutes(batches::keep).byPath());
        server.start();
        batches.start();
    }

    @AfterEach
    void stop() throws IOException {
        gate.countDown();
        server.close();
        batches.close();
        replicas.close();
        log.close();
    }

    @Test
    void keepsWhatIsPosted_atEachPath_inEitherForm() throws Exception {
        for (String path : List.of("/", "/message", "/messages")) {
            assertKept(ODD_TEXT, post(path, json(ODD_TEXT)));
            String query = "?text=" + URLEncoder.encode(ODD_TEXT, StandardCharsets.UTF_8);
            assertKept(ODD_TEXT, post(path + query, ""));
        }
        assertEquals(6, kept.size());
    }

    /** Raw UTF-8 in a query is what curl sends of {@code "localhost:8000/message?text=é"}; nothing else is guessed at. */
    @Test
    void refusesRawBytesInTheQueryThatAreNotUtf8_andTakesThoseThatAre() throws Exception {
        for (byte[] text : List.of(
                new byte[] {'c', 'a', 'f', (byte) 0xE9},
                new byte[] {(byte) 0xC0, (byte) 0xAF},
                new byte[] {(byte) 0xC3},
                new byte[] {(byte) 0xC3, '%', 'A', '9'},
                new byte[] {'%', 'C', '3', (byte) 0xA9},
                new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80},
                new byte[] {'a', (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
                new byte[] {'a', '&', (byte) 0xFF, '=', 'b'})) {
            assertTrue(postRaw(text).startsWith("HTTP/1.1 400 "), HexFormat.of().formatHex(text));
        }
        assertEquals(Map.of(), kept);
        assertTrue(postRaw("é😀".getBytes(StandardCharsets.UTF_8)).startsWith("HTTP/1.1 201 "));
        assertEquals(List.of("é😀"), List.copyOf(kept.values()));
    }

    private String postRaw(byte[] text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port())) {
            socket.setSoTimeout(10_000);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes("POST /message?text=".getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(text);
            request.writeBytes(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(request.toByteArray());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** {@code -Dseed=} has it make up others. */
    @Test
    void answersOddRequestsInOrder_andKeepsNoTextChanged() throws Exception {
        OddRequests odd = new OddRequests(Long.getLong("seed", 1), List.of("/", "/message", "/messages", "/health"));
        OddAnswers answers = new OddAnswers(server.port());
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            for (int i = 0; i < 1000; i++) {
                answers.send(odd.next());
            }
        } finally {
            System.setOut(console);
        }
        // Two of Jetty's threads may release a buffer of a connection with a bad head: one of them fails.
        List<String> told = printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .filter(line -> !line.endsWith("QueuedThreadPool - Job failed"))
                .toList();
        assertEquals(List.of(), told, "no client fills the log");
        assertEquals(List.of(), answers.faults());
        assertTrue(answers.kept().size() > 10, "some are not too odd");
        List<String> acknowledged = new ArrayList<>(answers.kept());
        kept.values().forEach(acknowledged::remove);
        assertEquals(List.of(), acknowledged);
        assertKept("b", post("/", json("b")));
    }

    @Test
    void keepsTheLongestText() throws Exception {
        String longest = "\u0001".repeat(64 * 1024);
        assertKept(longest, post("/", json(longest)));
        assertEquals(413, post("/", json(longest + "a")).statusCode());
    }

    private void assertKept(String text, HttpResponse<String> answer) throws IOException {
        assertEquals(201, answer.statusCode(), answer.body());
        assertEquals("application/json", header(answer, "Content-Type"));
        assertEquals("facade-1", header(answer, "X-Replica"));
        JsonNode body = mapper.readTree(answer.body());
        String id = body.path("id").textValue();
        assertEquals(mapper.createObjectNode().put("id", id).put("msg", text), body);
        assertEquals(text, kept.get(id));
    }

    @Test
    void answersARepetitionWithTheFirstId_andAConflictWith409() throws Exception {
        HttpResponse<String> again = send(request("/", json("a")).header("Idempotency-Key", "\"known\""));
        assertEquals(201, again.statusCode());
        assertEquals(new Message(EARLIER.toString(), "a"), message(again));
        assertError(
                409, "nothing", "Idempotency-Key", send(request("/", json("b")).header("Idempotency-Key", "known")));
        assertEquals(Map.of(), kept);
    }

    private Message message(HttpResponse<String> answer) throws IOException {
        JsonNode body = mapper.readTree(answer.body());
        return new Message(body.get("id").textValue(), body.get("msg").textValue());
    }

    @Test
    void refusesWhatIsNotOneText_andKeepsNothing() throws Exception {
        assertError(400, "nothing", "not a key", send(request("/", json("a")).header("Idempotency-Key", "a b")));
        assertError(
                400,
                "nothing",
                "twice",
                send(request("/", json("a")).header("Idempotency-Key", "a").header("Idempotency-Key", "a")));
        assertError(400, "nothing", "a query and a body", post("/message?text=a", json("a")));
        assertError(400, "nothing", "empty", post("/message", ""));
        assertError(400, "nothing", "no text", post("/message?text=", ""));
        assertError(400, "nothing", "twice", post("/message?text=a&text=a", ""));
        assertError(400, "nothing", "UTF-8", post("/message?text=%FF", ""));
        assertError(400, "nothing", "not an object", post("/", "[]"));
        assertError(
                415, "nothing", "application/json", send(request("/", json("a")).header("Content-Type", "text/plain")));
        assertError(413, "nothing", "longer", post("/", " ".repeat(500_000)));
        HttpResponse<String> put =
                send(HttpRequest.newBuilder(uri("/message")).PUT(HttpRequest.BodyPublishers.ofString("{}")));
        assertError(405, "nothing", "send", put);
        assertEquals("POST", header(put, "Allow"));
        assertEquals(Map.of(), kept);
        assertEquals(0, underWay.get());
    }

    /** The step has ended, and the request's thread has gone, when these errors come up. */
    @Test
    void tellsWhatWentWrong_andWhetherAnythingWasWritten() throws Exception {
        failure = Refusal.unknown("no logging replica");
        HttpResponse<String> unknown = post("/", json("a"));
        assertError(503, "unknown", "no logging replica", unknown);
        assertEquals("1", header(unknown, "Retry-After"));
        failure = Refusal.notNow("the queue is full");
        HttpResponse<String> full = post("/message?text=a", "");
        assertError(503, "nothing", "the queue is full", full);
        assertEquals("1", header(full, "Retry-After"));
        failure = new ArithmeticException("secret");
        HttpResponse<String> bug = post("/", json("a"));
        assertError(500, "unknown", "this replica failed", bug);
        assertFalse(bug.body().contains("secret"));
        failure = null;
        assertKept("b", post("/", json("b")));
    }

    @Test
    void refusesAtOnce_whatMayNotEvenWait() throws Exception {
        batches.close();
        HttpResponse<String> refused = post("/", json("a"));
        assertError(503, "nothing", "starting or stopping", refused);
        assertEquals("1", header(refused, "Retry-After"));
        assertEquals(0, underWay.get());
    }

    @Test
    void answersInTime_whenKeepingTakesTooLong() throws Exception {
        gate = new CountDownLatch(1);
        long begun = System.nanoTime();
        HttpResponse<String> late = post("/", json("a"));
        assertError(503, "unknown", "too long", late);
        assertTrue(System.nanoTime() - begun >= PATIENCE.toNanos());
    }

    private void assertError(int status, String written, String why, HttpResponse<String> answer) throws IOException {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals("application/json", header(answer, "Content-Type"));
        assertEquals("facade-1", header(answer, "X-Replica"));
        JsonNode body = mapper.readTree(answer.body());
        assertTrue(body.path("error").asText().contains(why), answer.body());
        assertEquals(written, body.path("written").asText(), answer.body());
    }

    /** The clients' HTTP has threads of its own, so those of the server are told by name. */
    @Test
    void requestsHoldNoThreads_whileTheirMessagesAreKept() throws Exception {
        gate = new CountDownLatch(1);
        List<CompletableFuture<HttpResponse<String>>> answers = postAll(MOST_REQUESTS - 20);
        Await.until(LIMIT, "no thread is busy with a post", () -> underWay.get() > 0 && handling() == 0);
        assertEquals(503, health().statusCode(), "and there is room for others");

        assertTrue(answers.stream().noneMatch(CompletableFuture::isDone));
        gate.countDown();

        for (int i = 0; i < answers.size(); i++) {
            assertKept("m" + i, answers.get(i).get());
        }
    }

    private List<CompletableFuture<HttpResponse<String>>> postAll(int count) {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HttpRequest request = request("/", json("m" + i)).build();
            answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        }
        return answers;
    }

    private static long handling() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> List.of(stack).stream()
                        .anyMatch(frame -> frame.getClassName().equals(PostRoutes.class.getName())))
                .count();
    }

    @Test
    void readsBothLists_atBothPaths_andNamesWhoAnswered() throws Exception {
        log.list = "[\"a\",\"b\"]";
        for (String path : List.of("/", "/messages")) {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(uri(path)));
            assertEquals(200, answer.statusCode());
            assertEquals("[[\"a\",\"b\"],[\"a\",\"b\"]]", answer.body());
            assertEquals("application/json", header(answer, "Content-Type"));
            assertEquals(log.url(), header(answer, "X-Logging-Replica"));
            assertEquals(log.url(), header(answer, "X-Messages-Replica"));
        }
        log.failure = 503;
        HttpResponse<String> refused = send(HttpRequest.newBuilder(uri("/")));
        assertError(503, "nothing", "no logging replica", refused);
    }

    @Test
    void healthSaysAllThatIsMissing() throws Exception {
        assertEquals(503, health().statusCode());
        assertEquals(List.of("its member of the queue cluster is not running"), missing(health()));
        log.failure = 503;
        assertEquals(
                "no healthy logging replica at [" + log.url() + "]",
                missing(health()).get(1));
    }

    private HttpResponse<String> health() throws Exception {
        return send(HttpRequest.newBuilder(uri("/health")));
    }

    private List<String> missing(HttpResponse<String> health) throws IOException {
        List<String> missing = new ArrayList<>();
        mapper.readTree(health.body()).get("missing").forEach(sentence -> missing.add(sentence.textValue()));
        return missing;
    }

    /** Whoever keeps a crowd answers its clients: one that reads nothing may not keep the others waiting. */
    @Test
    void aClientThatReadsNoAnswer_holdsUpNobodyElse() throws Exception {
        List<Socket> stuck = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                stuck.add(postWithoutReading("\u0001".repeat(64 * 1024), 40));
            }
            Await.until(LIMIT, "some are answered", () -> kept.size() > 8);
            for (int i = 0; i < 20; i++) {
                assertKept("m" + i, post("/", json("m" + i)));
            }
        } finally {
            for (Socket socket : stuck) {
                socket.close();
            }
        }
    }

    /** Sends a post many times on one connection, and reads nothing. */
    private Socket postWithoutReading(String text, int times) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        byte[] body = json(text).getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        Thread sender = new Thread(() -> {
            try {
                for (int i = 0; i < times; i++) {
                    socket.getOutputStream().write(head);
                    socket.getOutputStream().write(body);
                }
            } catch (IOException e) {
                // the test is over
            }
        });
        sender.setDaemon(true);
        sender.start();
        return socket;
    }

    private String json(String text) {
        return mapper.createObjectNode().put("msg", text).toString();
    }

    private HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path, body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
