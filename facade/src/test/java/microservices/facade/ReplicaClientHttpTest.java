package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import microservices.concurrent.Deadline;
import microservices.http.ByteBudget;
import microservices.message.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a facade chooses among replicas, with stubs on loopback in their place. */
@Timeout(30)
class ReplicaClientHttpTest {

    /** The first replica is chosen at random: so often asked, each has been the first, but for one case in 2^30. */
    private static final int OFTEN = 30;

    /** A replica that counts what it is asked. */
    private final class Stub {
        private final AtomicInteger asked = new AtomicInteger();
        private final HttpServer server;

        Stub(Answering answering) throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                asked.incrementAndGet();
                try (exchange) {
                    answering.answer(exchange);
                }
            });
            server.start();
            stubs.add(this);
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }
    }

    private static Deadline soon() {
        return Deadline.in(ReplicaClient.PATIENCE);
    }

    private interface Answering {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Stub> stubs = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ReplicaClient client = new ReplicaClient();

    @AfterEach
    void stop() throws IOException {
        end.countDown();
        client.close();
        stubs.forEach(stub -> stub.server.stop(0));
        threads.shutdownNow();
    }

    @Test
    void postsTheBytes_andIsContentWithTheStatusThatIsAskedFor() throws IOException {
        byte[] bytes = {0, 1, -1, '\n'};
        AtomicReference<byte[]> body = new AtomicReference<>();
        AtomicReference<String> head = new AtomicReference<>();
        Stub stub = new Stub(exchange -> {
            body.set(exchange.getRequestBody().readAllBytes());
            head.set(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type"));
            exchange.sendResponseHeaders(201, -1);
        });
        client.post("logging", List.of(stub.url()), "/log", 201, bytes);
        assertArrayEquals(bytes, body.get());
        assertEquals("POST /log application/octet-stream", head.get());
        assertEquals(1, stub.asked.get());

        Stub other = new Stub(status(200));
        client.post("logging", List.of(other.url()), "/logs/batches", 200, bytes);
        assertEquals(1, other.asked.get());
    }

    @Test
    void asksReplicas_notAProxyThatIsSetForTheJvm() throws IOException {
        Stub stub = new Stub(ok("logging-service-1", "[]"));
        List<String> names = List.of("http.proxyHost", "http.proxyPort", "http.nonProxyHosts");
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", "1");
        System.setProperty("http.nonProxyHosts", "");
        try (ReplicaClient anew = new ReplicaClient()) {
            assertArrayEquals(
                    "[]".getBytes(StandardCharsets.US_ASCII), anew.read("logging", List.of(stub.url()), "/logs"));
        } finally {
            names.forEach(System::clearProperty);
        }
    }

    @Test
    void returnsTheBodyOfTheAnswerToAPost() throws IOException {
        Stub stub = new Stub(exchange -> answer(exchange, "[null]", 6));
        assertEquals("[null]", post(List.of(stub.url())));
        Stub silent = new Stub(status(201));
        assertEquals("", post(List.of(silent.url())));
    }

    @Test
    void postsToAnother_whenAReplicaStopsInTheMiddleOfItsAnswer() throws IOException {
        Stub cutOff = new Stub(exchange -> answer(exchange, "[nu", 6));
        Stub working = new Stub(exchange -> answer(exchange, "[null]", 6));
        for (int i = 0; i < OFTEN; i++) {
            assertEquals("[null]", post(List.of(cutOff.url(), working.url())));
        }
        assertTrue(cutOff.asked.get() > 0);
    }

    @Test
    void postsToAnother_whenAReplicaDoesNotEndItsAnswer() throws IOException {
        Stub endless = new Stub(exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(201, 0);
            for (byte[] some = new byte[64 * 1024]; end.getCount() > 0; ) {
                exchange.getResponseBody().write(some);
            }
        });
        Stub working = new Stub(exchange -> answer(exchange, "[null]", 6));
        for (int i = 0; i < OFTEN && endless.asked.get() == 0; i++) {
            assertEquals("[null]", post(List.of(endless.url(), working.url())));
        }
        assertTrue(endless.asked.get() > 0);
    }

    /** It has written, although its answer was lost; another one that has no room does not know of it. */
    @Test
    void doesNotSayThatNothingWasWritten_whenAnAnswerBrokeOff_andMemoryIsShortNow() throws IOException {
        AtomicInteger answers = new AtomicInteger();
        Stub stub = new Stub(exchange -> {
            if (answers.getAndIncrement() == 0) {
                answer(exchange, "[nu", 6);
            } else {
                status(507).answer(exchange);
            }
        });
        Refusal refusal = assertThrows(Refusal.class, () -> post(List.of(stub.url())));
        assertEquals(503, refusal.status());
        assertFalse(refusal.nothingWritten());
    }

    private String post(List<String> urls) {
        return new String(client.post("logging", urls, "/log", 201, new byte[] {'1'}), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, String body, int length) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(201, length);
        exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsAListToItsEnd_andNamesTheReplicaThatAnswered() throws IOException {
        String list = "[\"" + "é".repeat(200_000) + "\"]";
        Stub stub = new Stub(ok("logging-service-2", list));
        try (ReplicaClient.Answer answer = client.get("logging", List.of(stub.url()), "/logs", soon())) {
            assertEquals("logging-service-2", answer.replica());
            assertEquals(list, body(answer));
        }
    }

    @Test
    void givesUpAtOnce_whenAReplicaSaysThatMemoryIsShort() throws IOException {
        Answering shortOfMemory = exchange -> exchange.sendResponseHeaders(507, -1);
        Stub first = new Stub(shortOfMemory);
        Stub second = new Stub(shortOfMemory);
        Refusal error = assertThrows(
                Refusal.class,
                () -> client.post("logging", List.of(first.url(), second.url()), "/log", 201, new byte[] {'{', '}'}));
        assertEquals(503, error.status());
        assertTrue(error.nothingWritten());
        assertTrue(error.getMessage().contains("memory is short"), error.getMessage());
        assertEquals(1, first.asked.get() + second.asked.get());
    }

    @Test
    void namesTheUrl_whenTheReplicaDoesNotNameItself() throws IOException {
        Stub stub = new Stub(ok(null, "[]"));
        try (ReplicaClient.Answer answer = client.get("logging", List.of(stub.url()), "/logs", soon())) {
            assertEquals(stub.url(), answer.replica());
        }
    }

    @Test
    void asksAnother_whenAPortIsRefused() throws IOException {
        Stub working = new Stub(ok("working", "[]"));
        List<String> urls = List.of(refused(), working.url(), refused());
        for (int i = 0; i < OFTEN; i++) {
            assertEquals("working", replicaThatAnswers(urls));
        }
        assertEquals(OFTEN, working.asked.get());
    }

    @Test
    void asksAnother_whenAReplicaAnswers503() throws IOException {
        Stub failing = new Stub(status(503));
        Stub working = new Stub(ok("working", "[]"));
        for (int i = 0; i < OFTEN; i++) {
            assertEquals("working", replicaThatAnswers(List.of(failing.url(), working.url())));
        }
        assertTrue(failing.asked.get() > 0);
        assertEquals(OFTEN, working.asked.get());
    }

    @Test
    void prefersAReplicaWhoseListIsNotStale() throws IOException {
        Stub alone = new Stub(stale("alone"));
        Stub working = new Stub(ok("working", "[]"));
        for (int i = 0; i < OFTEN; i++) {
            assertEquals("working", replicaThatAnswers(List.of(alone.url(), working.url())));
        }
        assertTrue(alone.asked.get() > 0);
    }

    @Test
    void takesAStaleList_andSaysSo_whenThereIsNoBetterOne() throws IOException {
        Stub alone = new Stub(stale("alone"));
        for (int i = 0; i < OFTEN; i++) {
            List<String> urls = List.of(refused(), alone.url(), alone.url());
            try (ReplicaClient.Answer answer = client.get("logging", urls, "/logs", soon())) {
                assertTrue(answer.stale());
                assertEquals("[]", body(answer));
            }
        }
    }

    @Test
    void asksAnother_whenAListBreaksOff() throws IOException {
        Stub failing = new Stub(exchange -> {
            exchange.sendResponseHeaders(200, 4_000_000);
            exchange.getResponseBody().write(new byte[3_900_000]);
            exchange.getResponseBody().flush();
            exchange.close();
        });
        Stub working = new Stub(ok("working", "[]"));
        for (int i = 0; i < OFTEN; i++) {
            assertEquals("working", replicaThatAnswers(List.of(failing.url(), working.url())));
        }
        assertTrue(failing.asked.get() > 0);
    }

    @Test
    void readsAListToItsEnd_alsoWhenOthersTakeTheMemoryForReadingAhead() throws IOException {
        String list = "[\"" + "x".repeat(1_000_000) + "\"]";
        Stub stub = new Stub(ok("working", list));
        try (ReplicaClient small = new ReplicaClient(new ByteBudget("readings", 600 * 1024));
                ReplicaClient.Answer first = small.get("logging", List.of(stub.url()), "/logs", soon());
                ReplicaClient.Answer second = small.get("logging", List.of(stub.url()), "/logs", soon());
                ReplicaClient.Answer third = small.get("logging", List.of(stub.url()), "/logs", soon())) {
            assertEquals(300 * 1024, first.body().bytes(), "half of it");
            int left = 300 * 1024 - second.body().bytes();
            assertTrue(left >= 0 && left < 64 * 1024, left + " bytes are left");
            assertTrue(third.body().bytes() <= left, third.body().bytes() + " bytes");
            assertEquals(list, body(third));
            assertEquals(list, body(second));
            assertEquals(list, body(first));
        }
    }

    @Test
    void asksAnother_whenAReplicaHangsUp() throws IOException {
        Stub failing = new Stub(HttpExchange::close);
        Stub working = new Stub(ok("working", "[]"));
        for (int i = 0; i < OFTEN; i++) {
            assertEquals("working", replicaThatAnswers(List.of(failing.url(), working.url())));
        }
        assertTrue(failing.asked.get() > 0);
    }

    @Test
    void postsToAnother_whenAReplicaAnswersAnythingBut201() throws IOException {
        Stub failing = new Stub(status(200));
        Stub working = new Stub(status(201));
        for (int i = 0; i < OFTEN; i++) {
            client.post("logging", List.of(failing.url(), working.url()), "/log", 201, new byte[] {'1'});
        }
        assertTrue(failing.asked.get() > 0);
        assertEquals(OFTEN, working.asked.get(), "each post was done once by the one that works");
    }

    @Test
    void asksAllReplicasInTurn_soThatNoneHasAllTheWork() throws IOException {
        Stub one = new Stub(ok("one", "[]"));
        Stub two = new Stub(ok("two", "[]"));
        for (int i = 0; i < OFTEN; i++) {
            replicaThatAnswers(List.of(one.url(), two.url()));
        }
        assertTrue(one.asked.get() > 0 && two.asked.get() > 0);
        assertEquals(OFTEN, one.asked.get() + two.asked.get(), "and no more than needed");
    }

    @Test
    void answers503_whenNoReplicaWorks() throws IOException {
        Stub failing = new Stub(status(503));
        Stub broken = new Stub(status(500));
        List<String> urls = List.of(refused(), failing.url(), broken.url());
        assertEquals(503, statusOf(() -> client.get("logging", urls, "/logs", soon())));
        assertEquals(List.of(1, 1), List.of(failing.asked.get(), broken.asked.get()), "each was asked once");
    }

    @Test
    void postsAgain_untilTheLogTakesWrites() throws IOException {
        AtomicInteger refusals = new AtomicInteger(3);
        Stub recovering = new Stub(
                exchange -> status(refusals.getAndDecrement() > 0 ? 503 : 201).answer(exchange));
        client.post("logging", List.of(refused(), recovering.url()), "/log", 201, new byte[] {'1'});
        assertEquals(4, recovering.asked.get());
    }

    @Test
    void aPostThatFailsIsA503_atOnceWhenItsThreadIsInterrupted() throws IOException {
        List<String> urls = List.of(refused());
        Thread.currentThread().interrupt();
        assertEquals(503, statusOf(() -> client.post("logging", urls, "/log", 201, new byte[] {'1'})));
        assertTrue(Thread.interrupted(), "the interrupt is not swallowed");
    }

    @Test
    void answers503_whenThereIsNoReplica() {
        assertEquals(503, statusOf(() -> client.get("messages", List.of(), "/messages", soon())));
    }

    @Test
    void followsNoRedirect() throws IOException {
        Stub target = new Stub(ok("target", "[]"));
        Stub redirecting = new Stub(exchange -> {
            exchange.getResponseHeaders().set("Location", target.url());
            exchange.sendResponseHeaders(302, -1);
        });
        assertEquals(503, statusOf(() -> client.get("logging", List.of(redirecting.url()), "/logs", soon())));
        assertEquals(0, target.asked.get());
    }

    @Test
    void anyHealthy_isTrueWhenOneOfThemIs() throws IOException {
        Stub ill = new Stub(status(503));
        Stub well = new Stub(ok("well", "{}"));
        assertTrue(client.anyHealthy("logging", List.of(refused(), ill.url(), well.url())));
        assertFalse(client.anyHealthy("logging", List.of(refused(), ill.url())));
        assertFalse(client.anyHealthy("logging", List.of()));
    }

    @Test
    void readsSomethingShort_whole() throws IOException {
        Stub stub = new Stub(ok("r", "é\u0000"));
        assertArrayEquals(
                "é\u0000".getBytes(StandardCharsets.UTF_8), client.read("logging", List.of(stub.url()), "/x"));
        assertEquals(503, statusOf(() -> client.read("logging", List.of(refused()), "/x")));
    }

    @Test
    void leavesNoConnectionBehind_howeverOftenAReplicaFails() throws IOException {
        Stub failing = new Stub(status(503));
        for (int i = 0; i < 300; i++) {
            assertEquals(503, statusOf(() -> client.get("logging", List.of(failing.url()), "/logs", soon())));
        }
        assertEquals(300, failing.asked.get(), "more than the connections that the client may have");
    }

    /** Takes some 3 seconds: the time that a replica is given. */
    @Test
    void givesUpAStuckReplica_andAsksAnother() throws IOException {
        Stub stuck = new Stub(exchange -> awaitEnd());
        Stub working = new Stub(ok("working", "[]"));
        for (int i = 0; i < OFTEN && stuck.asked.get() == 0; i++) {
            assertEquals("working", replicaThatAnswers(List.of(stuck.url(), working.url())));
        }
        assertEquals(1, stuck.asked.get());
    }

    /** What a frozen replica looks like once the buffers are full: a socket's timeout bounds no write. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // no interrupt ends a write
    void givesUpAReplicaThatReadsNothing_alsoWhileItIsWritten() throws IOException {
        try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            List<String> urls = List.of("http://127.0.0.1:" + frozen.getLocalPort());
            byte[] large = new byte[32 * 1024 * 1024];
            assertEquals(503, statusOf(() -> client.post("logging", urls, "/log", 201, large)));
        }
    }

    private void awaitEnd() {
        try {
            assertTrue(end.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Answering status(int status) {
        return exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, -1);
        };
    }

    private static Answering stale(String replica) {
        return exchange -> {
            exchange.getResponseHeaders().set("X-Stale", "possible");
            ok(replica, "[]").answer(exchange);
        };
    }

    private static Answering ok(String replica, String body) {
        return exchange -> {
            if (replica != null) {
                exchange.getResponseHeaders().set("X-Replica", replica);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** A port where nobody listens. */
    private static String refused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + socket.getLocalPort();
        }
    }

    static String body(ReplicaClient.Answer answer) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        answer.body().transferTo(body);
        return body.toString(StandardCharsets.UTF_8);
    }

    private String replicaThatAnswers(List<String> urls) throws IOException {
        try (ReplicaClient.Answer answer = client.get("logging", urls, "/logs", soon())) {
            body(answer);
            return answer.replica();
        }
    }

    private interface Call {
        void run() throws IOException;
    }

    private static int statusOf(Call call) {
        return assertThrows(Refusal.class, call::run).status();
    }
}
