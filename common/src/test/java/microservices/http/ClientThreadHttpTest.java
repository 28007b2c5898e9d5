package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import microservices.message.Refusal;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose POSTs come on the thread that waits for its clients. */
@Timeout(60)
class ClientThreadHttpTest {

    private static final int MOST_REQUESTS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** A flood goes on until the end of its test, or for so many requests. */
    private static final int MOST_FLOODED = 3_000_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<Thread> asked = new CopyOnWriteArrayList<>();
    private final List<Thread> answered = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() {
        ReplicaSettings settings = new ReplicaSettings("r", 0, 0, "127.0.0.1", List.of(), 2, MOST_REQUESTS, "info");
        Health healthy = new Health(List.of(), Map.of());
        server = new HttpServer(
                settings,
                1000,
                new Probes(() -> healthy),
                routes -> HttpServer.get(routes, "/wait", request -> {
                    waiting.incrementAndGet();
                    gate.await(30, TimeUnit.SECONDS);
                }),
                Map.of("/keep", this::keep, "/refuse", request -> {
                    throw Refusal.badRequest("always");
                }));
        server.start();
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    private CompletableFuture<byte[]> keep(Request request) {
        asked.add(Thread.currentThread());
        Executor clientThread = ClientThread.of(request);
        return CompletableFuture.supplyAsync(() -> "{}".getBytes(StandardCharsets.US_ASCII))
                .thenApplyAsync(
                        json -> {
                            answered.add(Thread.currentThread());
                            return json;
                        },
                        clientThread);
    }

    @Test
    void answersOnTheThreadOnWhichTheNextRequestComes() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertEquals(201, post("/keep").statusCode());
        }
        assertEquals(asked, answered);
        assertEquals(1, asked.stream().distinct().count());
    }

    @Test
    void whatMayBlock_holdsUpNoPost() throws Exception {
        CompletableFuture<HttpResponse<String>> blocked = get("/wait");
        Await.until(LIMIT, "it blocks", () -> waiting.get() == 1);

        assertEquals(201, post("/keep").statusCode());

        gate.countDown();
        assertEquals(200, blocked.get().statusCode());
    }

    /** The flood is one client that sends refused requests without a pause, and reads all answers. */
    @Test
    void aClientThatIsRefusedAgainAndAgain_keepsNobodyOut() throws Exception {
        try (Socket flood = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            AtomicLong read = new AtomicLong();
            Thread sending = daemon(() -> send(flood));
            Thread reading = daemon(() -> read(flood, read));
            Await.until(LIMIT, "the flood is being answered", () -> read.get() > 1_000_000);
            for (int i = 0; i < 20; i++) {
                assertEquals(201, post("/keep").statusCode());
            }
            assertTrue(sending.isAlive() && reading.isAlive(), "the flood went on all the time");
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Jetty reads on where a buffer ends with a request: so all are as long as a part of it. */
    private static void send(Socket flood) {
        String head = "POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 74\r\n\r\n";
        String request = head + "x".repeat(74);
        byte[] some = request.repeat(64).getBytes(StandardCharsets.US_ASCII);
        assertEquals(8192, some.length);
        try {
            OutputStream out = flood.getOutputStream();
            for (int i = 0; i < MOST_FLOODED / 64; i++) {
                out.write(some);
            }
        } catch (IOException e) {
            return; // the test is over
        }
    }

    private static void read(Socket flood, AtomicLong read) {
        byte[] some = new byte[64 * 1024];
        try {
            InputStream in = flood.getInputStream();
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                read.addAndGet(n);
            }
        } catch (IOException e) {
            return; // the test is over
        }
    }

    private HttpResponse<String> post(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .timeout(LIMIT)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(uri(path)).timeout(LIMIT).build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
