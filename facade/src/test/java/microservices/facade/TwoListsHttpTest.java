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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the two lists become one answer, with stubs on loopback in place of the replicas. */
@Timeout(60)
class TwoListsHttpTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** More than what is read ahead and what the buffers of a connection hold. */
    private static final String LONG = "[\"" + "m".repeat(32 * 1024 * 1024) + "\"]";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ReplicaClient client = new ReplicaClient();
    private final HttpServer server;
    private final Map<String, String> headers = new TreeMap<>();
    private final AtomicInteger brokenOff = new AtomicInteger();

    TwoListsHttpTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
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

    private TwoLists lists() {
        List<String> urls = List.of("http://127.0.0.1:" + server.getAddress().getPort());
        return new TwoLists(client, urls, () -> urls);
    }

    @Test
    void writesTheLogAndThenTheMessages_andNamesBothReplicas() throws IOException {
        stub("/logs", "[\"a\",\"b\"]");
        stub("/messages", "[\"a\"]");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        lists().write(headers::put, out);
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
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void write(int b) {
                await(slow);
                super.write(b);
            }
        };
        CompletableFuture<Void> written = CompletableFuture.runAsync(
                () -> {
                    try {
                        lists().write(headers::put, out);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        try {
            Await.until(LIMIT, "the list of messages is let go of", () -> brokenOff.get() == 1);
        } finally {
            slow.countDown();
        }
        written.get(30, TimeUnit.SECONDS);
        assertEquals("[[\"a\"]," + LONG + "]", out.toString(StandardCharsets.UTF_8));
        assertEquals("messages-1", headers.get("X-Messages-Replica"));
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
        assertThrows(IOException.class, () -> lists().write(headers::put, out));
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
