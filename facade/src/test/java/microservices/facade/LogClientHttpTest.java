package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import microservices.facade.Gathering.Part;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.KeyedBatch;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How batches go to the log and come back. */
@Timeout(30)
class LogClientHttpTest {

    private final ReplicaClient client = new ReplicaClient();
    private LogStub stub;
    private LogClient log;

    @BeforeEach
    void start() throws IOException {
        stub = new LogStub();
        log = new LogClient(client, List.of(stub.url()));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        stub.close();
    }

    @Test
    void writesBatchesInOneExchange_andReturnsTheirIdsInOrder() {
        Part plain = new Part(TestMessages.batch("m", 3), List.of(), Optional.empty());
        Part keyed = TestPosts.part("a", "key");
        Part conflict = TestPosts.part("b", "key");
        Part retry = TestPosts.part("a", "key");
        assertEquals(
                List.of(
                        Optional.of(plain.batch().id()),
                        Optional.of(keyed.batch().id()),
                        Optional.empty(),
                        Optional.of(keyed.batch().id())),
                log.write(List.of(plain, keyed, conflict, retry)));
        assertEquals(
                List.of(
                        new KeyedBatch(plain.batch(), Optional.empty()),
                        new KeyedBatch(keyed.batch(), Optional.of("key")),
                        new KeyedBatch(conflict.batch(), Optional.of("key")),
                        new KeyedBatch(retry.batch(), Optional.of("key"))),
                stub.received);
    }

    @Test
    void readsIdsAndBatches_pageByPage() {
        List<Batch> batches = TestMessages.batches(10, 2);
        stub.add(batches);
        List<UUID> ids = TestMessages.ids(batches);
        assertEquals(ids.subList(0, LogStub.PAGE_IDS), log.idsAfter(BatchIds.FIRST, Duration.ZERO));
        assertEquals(ids.subList(8, 10), log.idsAfter(ids.get(7), Duration.ofSeconds(2)));
        assertEquals(List.of(), log.idsAfter(ids.get(9), Duration.ZERO));
        assertEquals(List.of("maxAgeMillis=0", "maxAgeMillis=2000", "maxAgeMillis=0"), stub.queries);
        assertEquals(batches.subList(0, LogStub.PAGE_BATCHES), log.read(ids));
        assertEquals(batches.subList(9, 10), log.read(ids.subList(9, 10)));
    }

    @Test
    void saysWhichOfManyBatchesAreThere() {
        List<Batch> batches = TestMessages.batches(30, 1);
        stub.add(batches.subList(3, 10));
        stub.add(batches.subList(12, 29));
        List<UUID> ids = TestMessages.ids(batches);
        assertEquals(Set.copyOf(ids.subList(12, 25)), log.having(ids.subList(10, 25)));
        assertEquals(2, stub.pages.get());
        assertEquals(Set.of(ids.get(28)), log.having(List.of(ids.get(0), ids.get(28), ids.get(29))));
        assertEquals(Set.of(), log.having(List.of(ids.get(11))));
    }

    @Test
    void anAnswerThatIsNotAsManyIdsAsBatches_isABug() throws IOException {
        List<Part> parts = List.of(TestPosts.part("a", null), TestPosts.part("b", null));
        assertBug(ids(1), other -> other.write(parts));
        assertBug(ids(3), other -> other.write(parts));
        assertBug(new byte[0], other -> other.write(parts));
        assertBug(new byte[] {0, 2, 1, 7}, other -> other.write(parts));
    }

    /** Who goes on behind what was returned would never end. */
    @Test
    void anAnswerWithoutABatch_isABug() throws IOException {
        assertBug(new byte[] {0, 0}, other -> other.read(List.of(BatchIds.LAST)));
    }

    private static byte[] ids(int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Optional<UUID>> ids = TestMessages.batches(count, 1).stream()
                .map(batch -> Optional.of(batch.id()))
                .toList();
        KeyedBatch.writeIds(ids, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private interface Call {
        void of(LogClient client);
    }

    private void assertBug(byte[] answer, Call call) throws IOException {
        HttpServer wrong = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        wrong.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            int status = exchange.getRequestURI().getPath().equals("/log") ? 201 : 200;
            exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        wrong.start();
        try {
            String url = "http://127.0.0.1:" + wrong.getAddress().getPort();
            LogClient other = new LogClient(client, List.of(url));
            assertThrows(IllegalStateException.class, () -> call.of(other));
        } finally {
            wrong.stop(0);
        }
    }

    @Test
    void isHealthy_whenOneReplicaIs() {
        assertTrue(log.anyHealthy());
        stub.failure = 503;
        assertFalse(log.anyHealthy());
    }
}
