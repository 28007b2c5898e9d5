package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.http.RequestBody;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.IdList;
import microservices.message.KeyedBatch;
import microservices.recent.RecentBatches;
import microservices.service.Environment;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import microservices.testing.OddAnswers;
import microservices.testing.OddRequests;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The HTTP of one logging replica of two. All tests share their log, so each looks at what it has added. */
@Timeout(60)
class LoggingRoutesClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static TestMembers members;
    private static HttpServer server;

    private final PrintStream console = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** What had been logged before this test. */
    private List<String> before;

    @BeforeAll
    static void start() {
        members = TestMembers.of(LogCluster::member, 2);
        server = serve(members.get(0));
    }

    private static HttpServer serve(ClusterMember member) {
        ReplicaSettings settings = ReplicaSettings.ofLoggingCluster(new Environment(Map.of()), "logging-1", 0, 0);
        LoggingRoutes routes = new LoggingRoutes(new LogStore(member), new MemoryGuard(member), new RecentBatches());
        HttpServer opened = new HttpServer(
                settings,
                LoggingRoutes.MAX_BODY_BYTES,
                new Probes(() -> new Health(List.of(), Map.of())),
                routes::addTo);
        opened.start();
        return opened;
    }

    @AfterAll
    static void stop() {
        server.close();
        members.close();
    }

    @BeforeEach
    void look() {
        before = logged();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveTheConsoleBack() {
        System.setOut(console);
        console.print(printed.toString(StandardCharsets.UTF_8));
    }

    /** {@code -Dseed=} has it make up others. */
    @Test
    void answersOddRequestsInOrder() throws Exception {
        OddRequests odd = new OddRequests(
                Long.getLong("seed", 1),
                List.of(
                        "/log",
                        "/logs",
                        "/logs/batches",
                        "/logs/ids/after/" + new UUID(0, 0),
                        "/logs/ids/after/x",
                        "/logs/size"));
        OddAnswers answers = new OddAnswers(server.port());
        for (int i = 0; i < 600; i++) {
            answers.send(odd.next());
        }
        assertEquals(List.of(), answers.faults());
        assertEquals(201, post(json(newId(), "after odd ones")).statusCode());
    }

    @Test
    void writesOneMessage() {
        UUID id = newId();

        assertEquals(201, post(json(id, "one \u00fc \ud83d\ude00")).statusCode());

        assertEquals(List.of("one \u00fc \ud83d\ude00"), added());
        assertEquals(List.of("Received message: text='one \u00fc \ud83d\ude00' identifier='" + id + "'"), told());
    }

    @Test
    void writesAList_inTheOrderOfItsIds() {
        UUID first = newId();
        UUID second = newId();

        assertEquals(
                201,
                post("[" + json(second, "second") + "," + json(first, "first") + "]")
                        .statusCode());

        assertEquals(List.of("first", "second"), added());
        assertEquals(
                List.of(
                        "Received message: text='second' identifier='" + second + "'",
                        "Received message: text='first' identifier='" + first + "'"),
                told());
    }

    @Test
    void writesAMessageOnce_whenItIsSentTwice() {
        UUID id = newId();
        assertEquals(201, post(json(id, "same")).statusCode());
        assertEquals(201, post(json(id, "same")).statusCode());
        assertEquals(List.of("same"), added());
    }

    @Test
    void answers409_whenAnIdStandsForAnotherText() {
        UUID id = newId();
        post(json(id, "first"));

        HttpResponse<byte[]> answer = post(json(id, "another"));

        assertRefused(409, "nothing", answer);
        assertEquals(List.of("first"), added());
        assertEquals(List.of("Received message: text='first' identifier='" + id + "'"), told());
    }

    @Test
    void doesNotSayThatNothingWasWritten_whenOneOfSeveralIdsIsTaken() {
        UUID id = newId();
        post(json(id, "first"));

        HttpResponse<byte[]> answer = post("[" + json(newId(), "written") + "," + json(id, "another") + "]");

        assertRefused(409, "unknown", answer);
        assertEquals(List.of("first", "written"), added());
    }

    @Test
    void refusesBadJson_andWritesNothing() {
        UUID id = newId();
        String good = json(id, "good");
        Map<String, Integer> bad = new LinkedHashMap<>();
        bad.put("", 400);
        bad.put(" ", 400);
        bad.put("null", 400);
        bad.put("1", 400);
        bad.put("\"text\"", 400);
        bad.put("{}", 400);
        bad.put("[]", 400);
        bad.put("[null]", 400);
        bad.put("[[" + good + "]]", 400);
        bad.put("{\"msg\":\"m\"}", 400);
        bad.put("{\"id\":\"" + id + "\"}", 400);
        bad.put("{\"id\":null,\"msg\":\"m\"}", 400);
        bad.put("{\"id\":1,\"msg\":\"m\"}", 400);
        bad.put("{\"id\":\"1\",\"msg\":\"m\"}", 400);
        bad.put(good.replace(id.toString(), id.toString().toUpperCase(Locale.ROOT)), 400);
        bad.put(good.replace(id.toString(), id.toString().replace("-", "")), 400);
        bad.put("{\"id\":\"" + id + "\",\"msg\":null}", 400);
        bad.put("{\"id\":\"" + id + "\",\"msg\":1}", 400);
        bad.put(json(id, ""), 400);
        bad.put(json(id, " \\n"), 400);
        bad.put(json(id, "NUL \\u0000"), 400);
        bad.put(json(id, "half \\ud800 pair"), 400);
        bad.put(good.replace("}", ",\"key\":\"k\"}"), 400);
        bad.put(good.replace("}", ",\"msg\":\"m\"}"), 400);
        bad.put(good + good, 400);
        bad.put(good + "x", 400);
        bad.put(good.substring(0, good.length() - 1), 400);
        bad.put("[" + good, 400);
        bad.put("[" + good + "," + good + "]", 400);
        bad.put("[" + good + ",{\"id\":\"" + newId() + "\",\"msg\":\"\"}]", 400);
        bad.put(json(id, "x".repeat(65_537)), 413);
        bad.put("[" + good + "," + json(newId(), "x".repeat(65_537)) + "]", 413);
        bad.forEach((body, status) -> assertRefused(status, "nothing", post(body)));

        byte[] utf8 = good.getBytes(StandardCharsets.UTF_8);
        byte[] badUtf8 = Arrays.copyOf(utf8, utf8.length);
        badUtf8[utf8.length - 4] = (byte) 0xFF;
        assertRefused(400, "nothing", post("/log", "application/json", badUtf8));

        assertEquals(List.of(), added());
        assertEquals(List.of(), told());
    }

    @Test
    void refusesOtherContentTypes_andWritesNothing() {
        byte[] json = json(newId(), "m").getBytes(StandardCharsets.UTF_8);
        byte[] binary = binary(TestMessages.withoutKeys(TestMessages.batches(1, 1)));
        for (String type : List.of("text/plain", "application/xml", "application/octet-stream; charset=utf-8")) {
            assertRefused(415, "nothing", post("/log", type, json));
            assertRefused(415, "nothing", post("/log", type, binary));
        }
        assertRefused(400, "nothing", post("/log", "application/json", binary));
        assertRefused(400, "nothing", post("/log", RequestBody.BINARY, json));
        assertRefused(415, "nothing", post("/logs/batches", "application/json", json));
        assertEquals(List.of(), added());
    }

    @Test
    void writesBatches_andAnswersWithTheirIds() {
        List<KeyedBatch> batches = new ArrayList<>(TestMessages.withoutKeys(TestMessages.batches(2, 3)));
        KeyedBatch keyed = TestMessages.attempt("keyed", "order-4711");
        batches.add(keyed);

        assertEquals(ownIds(batches), write(batches));

        assertEquals(texts(batches), added());
        List<String> lines = new ArrayList<>();
        batches.forEach(batch -> batch.batch()
                .messages()
                .forEach(message -> lines.add(
                        "Received message: text='" + message.text() + "' identifier='" + message.id() + "'")));
        assertEquals(lines, told());
    }

    @Test
    void tellsOfARepetition_underTheIdOfTheFirstAttempt() {
        String key = "key-" + newId();
        KeyedBatch first = TestMessages.attempt("line 1\nline 2", key);
        KeyedBatch another = TestMessages.attempt("another", key);

        assertEquals(ownIds(List.of(first)), write(List.of(first)));
        assertEquals(ownIds(List.of(first)), write(List.of(TestMessages.attempt("line 1\nline 2", key))));
        assertEquals(List.of(Optional.empty()), write(List.of(another)));

        assertEquals(List.of("line 1\nline 2"), added());
        String rest =
                ": text='line 1\\u000aline 2' identifier='" + first.batch().id() + "'";
        assertEquals(List.of("Received message" + rest, "Received message again" + rest), told());
    }

    @Test
    void writesTheRest_whenAKeyStandsForAnotherText() {
        String key = "key-" + newId();
        KeyedBatch first = TestMessages.attempt("first", key);
        write(List.of(first));
        KeyedBatch plain = TestMessages.withoutKeys(TestMessages.batches(1, 2)).get(0);

        List<Optional<UUID>> ids = write(List.of(TestMessages.attempt("another", key), plain));

        assertEquals(List.of(Optional.empty(), Optional.of(plain.batch().id())), ids);
        assertEquals(texts(List.of(first, plain)), added());
    }

    @Test
    void refusesBytesThatAreNoBatches_andWritesNothing() {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            assertRefused(400, "nothing", post("/log", RequestBody.BINARY, bytes));
            if (bytes.length > 2) {
                bytes[0] = 0;
                bytes[1] = 1; // one batch
            }
            assertRefused(400, "nothing", post("/log", RequestBody.BINARY, bytes));
        }
        byte[] good = binary(TestMessages.withoutKeys(TestMessages.batches(3, 2)));
        for (int length = 0; length < good.length; length++) {
            assertRefused(400, "nothing", post("/log", RequestBody.BINARY, Arrays.copyOf(good, length)));
        }
        assertRefused(400, "nothing", post("/log", RequestBody.BINARY, Arrays.copyOf(good, good.length + 1)));
        assertEquals(List.of(), added());
        assertEquals(List.of(), told());
    }

    @Test
    void neverFails_whateverBitIsWrong() {
        try (TestMembers two = TestMembers.of(LogCluster::member, 2);
                HttpServer other = serve(two.get(0))) {
            byte[] good = binary(List.of(TestMessages.attempt("text", "key")));
            for (int bit = 0; bit < 8 * good.length; bit++) {
                byte[] bad = Arrays.copyOf(good, good.length);
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                int status = send(request(other, "/log")
                                .header("Content-Type", RequestBody.BINARY)
                                .POST(BodyPublishers.ofByteArray(bad)))
                        .statusCode();
                assertTrue(status == 201 || status == 400, "bit " + bit + ": " + status);
            }
        }
    }

    @Test
    void refusesBatchesThatNoFacadeSends_andWritesNothing() {
        KeyedBatch good = TestMessages.withoutKeys(TestMessages.batches(1, 2)).get(0);
        assertBad(400, good, "", 1, "[]");
        assertBad(400, good, "", 1, "");
        assertBad(400, good, "", 1, "null");
        assertBad(400, good, "", 1, "\"text\"");
        assertBad(400, good, "", 1, "[1]");
        assertBad(400, good, "", 1, "[null]");
        assertBad(400, good, "", 1, "[[\"text\"]]");
        assertBad(400, good, "", 1, "[\"text\"");
        assertBad(400, good, "", 1, "[\"text\",]");
        assertBad(400, good, "", 1, "[\"text\"]x");
        assertBad(400, good, "", 1, "[ \"text\"]");
        assertBad(400, good, "", 1, "[\"text\"] ");
        assertBad(400, good, "", 1, "[\"\\u0074ext\"]");
        assertBad(400, good, "", 1, "[\"a\\/b\"]");
        assertBad(400, good, "", 1, "[\"\"]");
        assertBad(400, good, "", 1, "[\" \"]");
        assertBad(400, good, "", 1, "[\"NUL \\u0000\"]");
        assertBad(400, good, "", 1, "[\"half \\ud800 pair\"]");
        assertBad(400, good, "", 2, "[\"text\"]");
        assertBad(400, good, "", 1, "[\"text\",\"text\"]");
        assertBad(400, good, "", 0, "[\"text\"]");
        assertBad(400, good, "", 4097, "[\"text\"]");
        assertBad(413, good, "", 1, "[\"" + "x".repeat(65_537) + "\"]");
        assertBad(400, good, "a key", 1, "[\"text\"]");
        assertBad(400, good, "k\u00e9y", 1, "[\"text\"]");
        assertBad(400, good, "k".repeat(256), 1, "[\"text\"]");
        assertBad(400, good, "key", 2, "[\"text\",\"text\"]");
        byte[] utf16 = "[\"text\"]".getBytes(StandardCharsets.UTF_16BE);
        assertRefused(400, "nothing", post("/log", RequestBody.BINARY, binary(good, "", 1, utf16.length, utf16)));
        byte[] badUtf8 = {'[', '"', 'a', (byte) 0xFF, '"', ']'};
        assertRefused(400, "nothing", post("/log", RequestBody.BINARY, binary(good, "", 1, badUtf8.length, badUtf8)));
        for (int length : new int[] {-1, Integer.MIN_VALUE, 9, 1_000_000_000, Integer.MAX_VALUE}) {
            byte[] text = "[\"text\"]".getBytes(StandardCharsets.UTF_8);
            assertRefused(400, "nothing", post("/log", RequestBody.BINARY, binary(good, "", 1, length, text)));
        }
        assertRefused(413, "nothing", post("/log", RequestBody.BINARY, new byte[8 * 1024 * 1024 + 1]));
        assertEquals(List.of(), added());
        assertEquals(List.of(), told());
    }

    /** A good batch and one that is bad, in one body. */
    private static void assertBad(int status, KeyedBatch good, String key, int size, String texts) {
        byte[] bytes = texts.getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> answer = post("/log", RequestBody.BINARY, binary(good, key, size, bytes.length, bytes));
        assertEquals(status, answer.statusCode(), texts + " " + text(answer));
        assertRefused(status, "nothing", answer);
    }

    private static byte[] binary(KeyedBatch good, String key, int size, int length, byte[] texts) {
        return bytes(out -> {
            out.writeShort(2);
            out.writeUTF("");
            good.batch().write(out);
            out.writeUTF(key);
            BatchIds.write(newId(), out);
            out.writeShort(size);
            out.writeInt(length);
            out.write(texts);
        });
    }

    @Test
    void takesNothing_whenMemoryIsShort() {
        Map<String, Boolean> flagged = members.hazelcast(1).getReplicatedMap("short-of-memory");
        String self =
                members.hazelcast(1).getCluster().getLocalMember().getUuid().toString();
        flagged.put(self, true);
        try {
            Await.until(
                    LIMIT,
                    "the other one knows",
                    () -> members.hazelcast(0)
                            .getReplicatedMap("short-of-memory")
                            .containsKey(self));
            assertRefused(507, "nothing", post(json(newId(), "m")));
            byte[] batches = binary(TestMessages.withoutKeys(TestMessages.batches(1, 1)));
            assertRefused(507, "nothing", post("/log", RequestBody.BINARY, batches));
            assertEquals(List.of(), added());
        } finally {
            flagged.remove(self);
        }
    }

    @Test
    void listsTheIdsAfterOne() throws IOException {
        List<KeyedBatch> batches = new ArrayList<>(TestMessages.withoutKeys(TestMessages.batches(5, 2)));
        batches.add(TestMessages.attempt("keyed", "key-" + newId()));
        UUID last = newId();
        Collections.shuffle(batches, new Random(1));
        write(batches);
        batches.sort((a, b) -> BatchIds.ORDER.compare(a.batch().id(), b.batch().id()));
        List<UUID> all = batches.stream().map(batch -> batch.batch().id()).toList();

        assertEquals(all.subList(1, 6), idsAfter(all.get(0).toString()));
        assertEquals(all.subList(6, 6), idsAfter(last.toString()));
        assertTrue(idsAfter(BatchIds.FIRST.toString()).containsAll(all));

        UUID more = newId();
        post(json(more, "more"));
        assertEquals(List.of(more), idsAfter(all.get(5).toString()));
        for (String bad :
                List.of("1", all.get(0).toString().replace("-", ""), "00000000-0000-0000-0000-00000000000G")) {
            assertRefused(400, "nothing", get("/logs/ids/after/" + bad));
        }
        assertRefused(400, "nothing", get("/logs/ids/after/" + last + "?maxAgeMillis=x"));
    }

    @Test
    void listsIdsOfAnOlderIndex_whenThatMayServe() throws IOException {
        UUID first = newId();
        post(json(first, "first"));
        assertEquals(List.of(), idsAfter(first.toString()));
        UUID second = newId();
        post(json(second, "second"));
        assertEquals(List.of(), idsAfter(first + "?maxAgeMillis=60000"));
        assertEquals(List.of(second), idsAfter(first + "?maxAgeMillis=0"));
    }

    private static List<UUID> idsAfter(String id) throws IOException {
        HttpResponse<byte[]> answer = get("/logs/ids/after/" + id);
        assertEquals(200, answer.statusCode());
        assertTrue(answer.headers().firstValue("Content-Type").orElse("none").startsWith(RequestBody.BINARY));
        IdList ids = IdList.read(in(answer));
        return IntStream.range(0, ids.size()).mapToObj(ids::get).toList();
    }

    @Test
    void saysHowManyBatchesThereAre() {
        int all = Integer.parseInt(text(get("/logs/size")));
        write(TestMessages.withoutKeys(TestMessages.batches(3, 5)));
        assertEquals(String.valueOf(all + 3), text(get("/logs/size")));
    }

    /** One that stands under its key is found once a reading has told where. */
    @Test
    void looksUpOneBatch() throws IOException {
        KeyedBatch keyed = TestMessages.attempt("keyed", "key-" + newId());
        List<KeyedBatch> batches = new ArrayList<>(TestMessages.withoutKeys(TestMessages.batches(1, 3)));
        batches.add(keyed);
        write(batches);
        assertEquals(List.of(batches.get(0)), lookUp(batches.get(0).batch().id()));
        assertEquals(List.of(), lookUp(newId()));
        assertEquals(List.of(), lookUp(keyed.batch().id()));
        get("/logs");
        assertEquals(
                TestMessages.withoutKeys(List.of(keyed.batch())),
                lookUp(keyed.batch().id()));
        assertRefused(400, "nothing", get("/logs/batches/1"));
    }

    private static List<KeyedBatch> lookUp(UUID id) throws IOException {
        HttpResponse<byte[]> answer = get("/logs/batches/" + id);
        assertEquals(200, answer.statusCode());
        return KeyedBatch.readAll(in(answer));
    }

    @Test
    void returnsBatchesByTheirIds() throws IOException {
        List<KeyedBatch> batches = new ArrayList<>(TestMessages.withoutKeys(TestMessages.batches(2, 3)));
        batches.add(TestMessages.attempt("keyed", "key-" + newId()));
        write(batches);
        List<Batch> wanted = List.of(
                batches.get(2).batch(), batches.get(0).batch(), batches.get(1).batch());

        HttpResponse<byte[]> answer = post("/logs/batches", RequestBody.BINARY, ids(TestMessages.ids(wanted)));

        assertEquals(200, answer.statusCode());
        assertEquals(TestMessages.withoutKeys(wanted), KeyedBatch.readAll(in(answer)), "without their keys");
    }

    @Test
    void returnsNoBatches_whenOneIsUnknown_orTheIdsAreNone() {
        Batch known = TestMessages.of("known");
        write(TestMessages.withoutKeys(List.of(known)));
        assertEquals(
                503,
                post("/logs/batches", RequestBody.BINARY, ids(List.of(known.id(), newId())))
                        .statusCode());
        byte[] good = ids(List.of(known.id(), known.id()));
        for (int length = 0; length < good.length; length++) {
            assertRefused(400, "nothing", post("/logs/batches", RequestBody.BINARY, Arrays.copyOf(good, length)));
        }
        assertRefused(400, "nothing", post("/logs/batches", RequestBody.BINARY, Arrays.copyOf(good, good.length + 1)));
        for (int size : new int[] {-1, Integer.MIN_VALUE, 3, 0x4000_0001, 0x4000_0002, Integer.MAX_VALUE}) {
            byte[] bad = bytes(out -> {
                out.writeInt(size);
                out.write(good, 4, good.length - 4);
            });
            assertRefused(400, "nothing", post("/logs/batches", RequestBody.BINARY, bad));
        }
    }

    @Test
    void returnsAnAnswerThatAFacadeCanRead_howeverManyIdsAreSent() throws IOException {
        Batch small = TestMessages.of("1");
        write(TestMessages.withoutKeys(List.of(small)));
        byte[] many = ids(Collections.nCopies(70_000, small.id()));
        HttpResponse<byte[]> answer = post("/logs/batches", RequestBody.BINARY, many);
        assertEquals(200, answer.statusCode());
        List<KeyedBatch> batches = KeyedBatch.readAll(in(answer));
        assertFalse(batches.isEmpty());
        assertEquals(TestMessages.withoutKeys(Collections.nCopies(batches.size(), small)), batches);
    }

    @Test
    void listsAllAsJson_andSaysNothingOfStaleness() throws IOException {
        post(json(newId(), "\\\"quoted\\\" \\\\ \\n"));
        HttpResponse<byte[]> answer = get("/logs");
        assertEquals(200, answer.statusCode());
        assertEquals(
                "application/json", answer.headers().firstValue("Content-Type").orElse("none"));
        assertEquals(Optional.empty(), answer.headers().firstValue("X-Stale"));
        String[] texts = JSON.readValue(answer.body(), String[].class);
        assertEquals("\"quoted\" \\ \n", texts[texts.length - 1]);
        assertEquals(405, get("/log").statusCode());
        assertEquals(405, get("/logs/batches").statusCode());
    }

    @Test
    void saysThatAListMayBeStale_andTakesNothing_whenItIsAlone() {
        try (TestMembers two = TestMembers.of(LogCluster::member, 2);
                HttpServer lone = serve(two.get(0))) {
            List<Batch> batches = TestMessages.batches(3, 1);
            new LogStore(two.get(0)).write(TestMessages.withoutKeys(batches));
            two.crash(1);

            HttpResponse<byte[]> answer = send(request(lone, "/logs"));
            assertEquals(200, answer.statusCode());
            assertEquals("possible", answer.headers().firstValue("X-Stale").orElse("none"));
            assertEquals("[\"batch0-0\",\"batch1-0\",\"batch2-0\"]", text(answer));
            HttpResponse<byte[]> ids = send(request(lone, "/logs/ids/after/" + BatchIds.FIRST));
            assertEquals("possible", ids.headers().firstValue("X-Stale").orElse("none"));
            for (String path :
                    List.of("/logs/size", "/logs/batches/" + batches.get(0).id())) {
                HttpResponse<byte[]> told = send(request(lone, path));
                assertEquals("possible", told.headers().firstValue("X-Stale").orElse("none"), path);
            }
            HttpResponse<byte[]> fetched = send(request(lone, "/logs/batches")
                    .header("Content-Type", RequestBody.BINARY)
                    .POST(BodyPublishers.ofByteArray(ids(TestMessages.ids(batches)))));
            assertEquals(503, fetched.statusCode(), "who asks delivers them");
            String same =
                    json(batches.get(0).id(), "batch0-0"); // written before the protection acts it changes nothing
            Await.until(LIMIT, "it takes nothing", () -> {
                HttpResponse<byte[]> refused = send(request(lone, "/log").POST(BodyPublishers.ofString(same)));
                return refused.statusCode() == 503
                        && refused.headers().firstValue("Retry-After").isPresent();
            });
        }
    }

    private static UUID newId() {
        return TestMessages.of("x").id();
    }

    /** The text is written as it is, escapes and all. */
    private static String json(UUID id, String text) {
        return "{\"id\":\"" + id + "\",\"msg\":\"" + text + "\"}";
    }

    private static List<Optional<UUID>> write(List<KeyedBatch> batches) {
        HttpResponse<byte[]> answer = post("/log", RequestBody.BINARY, binary(batches));
        assertEquals(201, answer.statusCode(), text(answer));
        assertTrue(answer.headers().firstValue("Content-Type").orElse("none").startsWith(RequestBody.BINARY));
        try {
            return KeyedBatch.readIds(in(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] binary(List<KeyedBatch> batches) {
        return bytes(out -> KeyedBatch.writeAll(batches, out));
    }

    private static byte[] ids(List<UUID> ids) {
        IdList list = new IdList();
        ids.forEach(list::add);
        return bytes(list::write);
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static DataInputStream in(HttpResponse<byte[]> answer) {
        return new DataInputStream(new ByteArrayInputStream(answer.body()));
    }

    private static List<Optional<UUID>> ownIds(List<KeyedBatch> batches) {
        return batches.stream().map(batch -> Optional.of(batch.batch().id())).toList();
    }

    private static List<String> texts(List<KeyedBatch> batches) {
        return TestMessages.texts(batches.stream().map(KeyedBatch::batch).toList());
    }

    private static List<String> logged() {
        return Logs.texts(new LogStore(members.get(1)));
    }

    /** What is in the log that was not there before this test; newer ids are after older ones. */
    private List<String> added() {
        List<String> now = logged();
        assertEquals(before, now.subList(0, before.size()));
        return now.subList(before.size(), now.size());
    }

    /** The lines that were logged of messages, without time and logger. */
    private List<String> told() {
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("Received message"))
                .peek(line -> assertTrue(line.contains("INFO"), line))
                .map(line -> line.substring(line.indexOf("Received message")))
                .toList();
    }

    private static void assertRefused(int status, String written, HttpResponse<byte[]> answer) {
        assertEquals(status, answer.statusCode(), text(answer));
        try {
            JsonNode error = JSON.readTree(answer.body());
            assertEquals(written, error.get("written").asText(), text(answer));
            assertFalse(error.get("error").asText().isBlank(), text(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static HttpResponse<byte[]> post(String json) {
        return post("/log", "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<byte[]> post(String path, String type, byte[] body) {
        return send(request(server, path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)));
    }

    private static HttpResponse<byte[]> get(String path) {
        return send(request(server, path));
    }

    private static HttpRequest.Builder request(HttpServer to, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path))
                .timeout(LIMIT);
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
