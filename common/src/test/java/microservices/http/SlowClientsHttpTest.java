package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send nothing, or slowly, beside one that is quick, at a real server with four requests at most. */
@Timeout(60)
class SlowClientsHttpTest {

    private static final int MOST_REQUESTS = 4;
    /** What such a server allows. */
    private static final int MOST_CONNECTIONS = 80;

    private static final int LONGEST_BODY = 60_000;
    private static final int QUICK_MILLIS = 2_000;

    private final ByteBudget bodies = new ByteBudget("bodies", 100_000);
    private final List<Socket> slow = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() {
        ReplicaSettings settings = new ReplicaSettings("r", 0, 0, "127.0.0.1", List.of(), 2, MOST_REQUESTS, "info");
        Health healthy = new Health(List.of(), Map.of());
        server = new HttpServer(
                settings,
                LONGEST_BODY,
                bodies,
                new Probes(() -> healthy),
                routes -> routes.post(
                        "/text",
                        request -> request.result(String.valueOf(
                                RequestBody.readText(request, LONGEST_BODY).length()))),
                Map.of());
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
        server.close();
    }

    @Test
    void moreBodiesThatDrip_thanRequestsMayBeUnderWay_keepNobodyOut() throws Exception {
        // Room for two: that the quick client before has gone may be noticed when the next one is here.
        for (int i = 0; i < MOST_CONNECTIONS - 2; i++) {
            begin(post(1000) + "x");
        }
        assertQuick();
        for (Socket socket : slow) {
            socket.getOutputStream().write('x');
        }
        assertQuick();
        Socket first = slow.get(0);
        first.getOutputStream().write(new byte[998]);
        assertEquals("1000", body(first), "and a slow one is served in the end");
    }

    @Test
    void moreIdleConnectionsThanAreAllowed_keepNobodyOut() throws Exception {
        for (int i = 0; i < 2 * MOST_CONNECTIONS; i++) {
            begin("");
        }
        assertQuick();
    }

    @Test
    void moreHeadsAndBodiesThatDrip_thanConnectionsAreAllowed_keepNobodyOut() throws Exception {
        for (int i = 0; i < MOST_CONNECTIONS; i++) {
            begin("POST /text HTTP/1.1\r\nHo");
            begin(post(1000) + "x");
        }
        assertQuick();
    }

    @Test
    void theConnectionThatHasWaitedLongest_isClosedForANewOne() throws Exception {
        Socket used = begin("");
        Socket idle = begin("");
        used.getOutputStream().write((post(1) + "x").getBytes(StandardCharsets.US_ASCII));
        assertEquals("1", body(used));
        for (int i = 0; i < MOST_CONNECTIONS - 1; i++) {
            begin("");
        }
        idle.setSoTimeout(QUICK_MILLIS);
        assertEquals(-1, idle.getInputStream().read());
        used.getOutputStream().write((post(2) + "xy").getBytes(StandardCharsets.US_ASCII));
        assertEquals("2", body(used));
    }

    @Test
    void aSlowBodyGivesItsMemoryToAQuickOne() throws Exception {
        Socket one = begin(post(LONGEST_BODY));
        one.getOutputStream().write(new byte[LONGEST_BODY - 1]);
        Await.until(Duration.ofSeconds(10), "it takes memory", () -> bodies.used() == LONGEST_BODY - 1);
        Socket other = begin(post(LONGEST_BODY));
        other.getOutputStream().write(new byte[30_000]);
        Await.until(Duration.ofSeconds(10), "both take memory", () -> bodies.used() == LONGEST_BODY + 29_999);
        Await.until(Duration.ofSeconds(10), "they count as slow", () -> {
            String answer = exchange(post(LONGEST_BODY) + "x".repeat(LONGEST_BODY));
            assertTrue(answer.startsWith("HTTP/1.1 200") || answer.startsWith("HTTP/1.1 503"), answer);
            return answer.startsWith("HTTP/1.1 200");
        });
        one.setSoTimeout(QUICK_MILLIS);
        String refused = new String(one.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(refused.startsWith("HTTP/1.1 503"), refused);
        assertTrue(refused.contains("\"written\":\"nothing\""), refused);
        Await.until(Duration.ofSeconds(10), "the quick one's memory is free", () -> bodies.used() == 30_000);
        other.getOutputStream().write(new byte[30_000]);
        assertEquals("60000", body(other), "one was enough");
    }

    /** Neither of the two finds a connection, a thread or memory taken. */
    private void assertQuick() throws IOException {
        assertTrue(exchange("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200"));
        assertTrue(exchange(post(100) + "x".repeat(100)).startsWith("HTTP/1.1 200"));
    }

    private static String post(int length) {
        return "POST /text HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private Socket begin(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port());
        slow.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The whole answer, at once. */
    private String exchange(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port())) {
            socket.setSoTimeout(QUICK_MILLIS);
            socket.getOutputStream()
                    .write(request.replaceFirst("Host: x", "Host: x\r\nConnection: close")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** The answer's body, which says how long the text was; the connection stays open. */
    private static String body(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = socket.getInputStream().read();
            if (c < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) c);
        }
        String length = head.toString().replaceAll("(?s).*Content-Length: ([0-9]+).*", "$1");
        return new String(socket.getInputStream().readNBytes(Integer.parseInt(length)), StandardCharsets.US_ASCII);
    }
}
