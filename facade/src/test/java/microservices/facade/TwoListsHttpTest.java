package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.http.ByteBudget;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the two lists become one answer, with stubs on loopback in place of the replicas. */
@Timeout(60)
class TwoListsHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long MEMORY = 4 * 1024 * 1024;
    /** More than what is read ahead and what the buffers of a connection hold. */
    private static final String LONG = "[\"" + "m".repeat(16 * 1024 * 1024) + "\"]";
    /** What is read ahead whole. */
    private static final String SHORT = "[\"" + "m".repeat(1024 * 1024) + "\"]";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ByteBudget memory = new ByteBudget("readings", MEMORY);
    private final ReplicaClient client = new ReplicaClient(memory);
    private final HttpServer server;
    private final Map<String, String> headers = new TreeMap<>();
    private final AtomicInteger brokenOff = new AtomicInteger();
    private final TwoLists lists;

    TwoListsHttpTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        lists = newLists();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void stub(String path, String list) {
        HttpHandler answering = exchange -> answer(exchange, path.substring(1) + "-1", list);
        server.createContext(path, answering);
    }

    private void answer(HttpExchange exchange, String replica, String list) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("X-Replica", replica);
            // Else this server may close a connection just after the client has kept it for its next request.
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(200, list.length());
            exchange.getResponseBody().write(list.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            brokenOff.incrementAndGet();
        }
    }

    private TwoLists newLists() {
        List<String> urls = List.of("http://127.0.0.1:" + server.getAddress().getPort());
        return new TwoLists(client, urls, () -> urls, () -> false, LIMIT);
    }

    @Test
    void writesTheLogAndThenTheMessages_andNamesBothReplicas() throws IOException {
        stub("/logs", "[\"a\",\"b\"]");
        stub("/messages", "[\"a\"]");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        lists.write(headers::put, out);
        assertEquals("[[\"a\",\"b\"],[\"a\"]]", out.toString(StandardCharsets.UTF_8));
        assertEquals(Map.of("X-Logging-Replica", "logs-1", "X-Messages-Replica", "messages-1"), headers);
        assertEquals(0, brokenOff.get());
    }

    /** A replica cuts off who does not read; so nobody may hold a list of messages while the log goes out slowly. */
    @Test
    void holdsNoLongListOfMessages_whileAClientTakesTheLogSlowly() throws Exception {
        stub("/logs", "[\"a\"]");
        stub("/messages", LONG);
        CountDownLatch slow = new CountDownLatch(1);
        CompletableFuture<Answer> written = get(new SlowOutput(slow));
        try {
            Await.until(LIMIT, "the list of messages is let go of", () -> brokenOff.get() == 1);
        } finally {
            slow.countDown();
        }
        Answer answer = written.get(30, TimeUnit.SECONDS);
        assertEquals("[[\"a\"]," + LONG + "]", answer.body());
        assertEquals("messages-1", answer.headers().get("X-Messages-Replica"));
    }

    @Test
    void noAnswerIsOlderThanItsRequest_andClientsWhoComeTogetherShareOne() throws Exception {
        NumberedLog log = new NumberedLog(2);
        stub("/messages", "[]");
        CompletableFuture<Answer> early = get();
        Await.until(LIMIT, "the first reading has begun", () -> log.asked.get() == 1);
        List<CompletableFuture<Answer>> late = List.of(get(), get(), get());
        Await.until(LIMIT, "they wait", () -> lists.waiting() == 3);
        log.gate.countDown();
        assertEquals("[[1],[]]", early.get(30, TimeUnit.SECONDS).body());
        for (CompletableFuture<Answer> client : late) {
            Answer answer = client.get(30, TimeUnit.SECONDS);
            assertEquals("[[2],[]]", answer.body());
            assertEquals(
                    Map.of("X-Logging-Replica", "logs-2", "X-Messages-Replica", "messages-1", "X-Stale", "possible"),
                    answer.headers(),
                    "each is told of all replicas");
        }
        assertEquals(2, log.asked.get());
    }

    @Test
    void aReadingThatFailsIsA503ForAllWhoShareIt() throws Exception {
        NumberedLog log = new NumberedLog(0);
        AtomicInteger messagesAsked = new AtomicInteger();
        server.createContext("/messages", exchange -> {
            boolean first = messagesAsked.incrementAndGet() == 1;
            exchange.sendResponseHeaders(first ? 200 : 503, -1);
            exchange.close();
        });
        CompletableFuture<Answer> early = get();
        Await.until(LIMIT, "the first reading has begun", () -> log.asked.get() == 1);
        List<CompletableFuture<Answer>> late = List.of(get(), get(), get());
        Await.until(LIMIT, "they wait", () -> lists.waiting() == 3);
        log.gate.countDown();
        early.get(30, TimeUnit.SECONDS);
        for (CompletableFuture<Answer> client : late) {
            ExecutionException error = assertThrows(ExecutionException.class, () -> client.get(30, TimeUnit.SECONDS));
            assertEquals(503, ((Refusal) error.getCause()).status());
        }
        assertEquals(2, messagesAsked.get());
        assertNoMemoryIsHeld();
    }

    @Test
    void aSlowClientHoldsUpNobody_andItsMemoryIsGivenBackInTheEnd() throws Exception {
        stub("/logs", SHORT);
        stub("/messages", "[]");
        CountDownLatch slow = new CountDownLatch(1);
        CompletableFuture<Answer> stuck = get(new SlowOutput(slow));
        for (int i = 0; i < 20; i++) {
            assertEquals("[" + SHORT + ",[]]", get().get(30, TimeUnit.SECONDS).body());
        }
        assertThrows(Refusal.class, this::assertNoMemoryIsHeld, "the slow one has its list yet");
        slow.countDown();
        assertEquals("[" + SHORT + ",[]]", stuck.get(30, TimeUnit.SECONDS).body());
        assertNoMemoryIsHeld();
    }

    @Test
    void eachReadsByItself_whenTheListsAreTooLong() throws Exception {
        stub("/logs", LONG);
        stub("/messages", "[\"a\"]");
        List<CompletableFuture<Answer>> clients = List.of(get(), get(), get());
        for (CompletableFuture<Answer> client : clients) {
            Answer answer = client.get(30, TimeUnit.SECONDS);
            assertTrue(answer.body().equals("[" + LONG + ",[\"a\"]]"), "all of it");
            assertEquals("logs-1", answer.headers().get("X-Logging-Replica"));
        }
        assertNoMemoryIsHeld();
    }

    /** Since one alone is served however much it asks for, this asks when something is held. */
    private void assertNoMemoryIsHeld() {
        memory.take(MEMORY).close();
    }

    /** What a client got. */
    private record Answer(Map<String, String> headers, String body) {}

    private CompletableFuture<Answer> get() {
        return get(new ByteArrayOutputStream());
    }

    private CompletableFuture<Answer> get(ByteArrayOutputStream out) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Map<String, String> own = new TreeMap<>();
                    try {
                        lists.write(own::put, out);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                    return new Answer(own, out.toString(StandardCharsets.UTF_8));
                },
                threads);
    }

    /** Takes nothing until it may. */
    private static final class SlowOutput extends ByteArrayOutputStream {
        private final CountDownLatch gate;

        SlowOutput(CountDownLatch gate) {
            this.gate = gate;
        }

        @Override
        public void write(int b) {
            await(gate);
            super.write(b);
        }
    }

    /** A logging replica whose list is the number of the request, and its name, too. It keeps the first one waiting. */
    private final class NumberedLog {
        private final AtomicInteger asked = new AtomicInteger();
        private final CountDownLatch gate = new CountDownLatch(1);

        /** @param stale which of its answers may be stale */
        NumberedLog(int stale) {
            server.createContext("/logs", exchange -> {
                int number = asked.incrementAndGet();
                if (number == 1) {
                    await(gate);
                }
                if (number == stale) {
                    exchange.getResponseHeaders().set("X-Stale", "possible");
                }
                answer(exchange, "logs-" + number, "[" + number + "]");
            });
        }
    }

    @Test
    void failsWithoutAnEnd_whenTheLogBreaksOff() {
        server.createContext("/logs", this::answerHalf);
        stub("/messages", "[]");
        assertFails("[" + LONG.substring(0, LONG.length() / 2));
    }

    @Test
    void failsWithoutAnEnd_whenTheListOfMessagesBreaksOff() {
        stub("/logs", "[\"a\"]");
        server.createContext("/messages", this::answerHalf);
        assertFails("[[\"a\"]," + LONG.substring(0, LONG.length() / 2));
    }

    private void answerHalf(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, LONG.length());
            exchange.getResponseBody()
                    .write(LONG.substring(0, LONG.length() / 2).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void assertFails(String written) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThrows(IOException.class, () -> lists.write(headers::put, out));
        assertEquals(written.length(), out.size());
        assertTrue(written.equals(out.toString(StandardCharsets.UTF_8)), "what came, and no more");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
