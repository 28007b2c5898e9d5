package microservices.system.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.system.bench.PostLoad.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The load generator against a server that counts. */
@Timeout(30)
class PostLoadHttpTest {

    static {
        // It writes head and body by themselves, and would hold the second one back for 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final Duration TIME = Duration.ofMillis(500);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> bodies = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Texts texts = new Texts();
    private volatile int refuseEach = Integer.MAX_VALUE;
    private volatile int breakOffEach = Integer.MAX_VALUE;
    private volatile int stallAt;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes()));
            int number = requests.incrementAndGet();
            if (number == stallAt) {
                sleep(800);
            }
            if (number % breakOffEach == 0) {
                throw new IOException("the connection breaks off");
            }
            boolean refuses = number % refuseEach == 0;
            refused.addAndGet(refuses ? 1 : 0);
            byte[] answer = "{\"id\":\"x\"}".getBytes();
            exchange.sendResponseHeaders(refuses ? 503 : 201, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private PostLoad load(int connections) throws IOException {
        return new PostLoad(server.getAddress(), connections, texts);
    }

    @Test
    void eachPostHasATextOfItsOwn_andIsCounted() throws IOException {
        refuseEach = 7;
        try (PostLoad load = load(8)) {
            Outcome outcome = load.asFastAsAnswered(TIME);

            assertTrue(outcome.acknowledged() > 0);
            assertTrue(outcome.acknowledged() <= texts.acknowledged());
            assertEquals(requests.get(), bodies.size());
            assertEquals(requests.get() - refused.get(), texts.acknowledged());
            assertTrue(
                    bodies.contains("{\"msg\":\"m00000000000\"}"),
                    bodies.iterator().next());
            assertEquals(0, outcome.broken());
        }
    }

    @Test
    void goesOnWhenAConnectionBreaks_andDoesNotCountWhatItCarried() throws IOException {
        breakOffEach = 10;
        try (PostLoad load = load(4)) {
            Outcome outcome = load.asFastAsAnswered(TIME);

            assertTrue(outcome.broken() > 0);
            assertTrue(requests.get() - texts.acknowledged() >= outcome.broken());
        }
    }

    @Test
    void atARate_postsNoMore() throws IOException {
        try (PostLoad load = load(4)) {
            Outcome outcome = load.atRate(50, Duration.ofSeconds(1));

            assertTrue(outcome.acknowledged() > 0);
            assertTrue(requests.get() <= 51, requests + " posts");
        }
    }

    /** A generator that waits for its answers would post nothing meanwhile, and count one slow answer. */
    @Test
    void atARate_oneStallShowsInAllThatWereDueMeanwhile() throws IOException {
        stallAt = 1;
        try (PostLoad load = load(1)) {
            Outcome outcome = load.atRate(100, Duration.ofSeconds(2));

            long slow = outcome.latencies()
                    .getCountBetweenValues(
                            Duration.ofMillis(100).toNanos(),
                            Duration.ofMinutes(1).toNanos());
            assertTrue(slow > 5, "80 posts were due in those 800 ms, and " + slow + " say so");
        }
    }
}
