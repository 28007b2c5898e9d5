package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** A server that stops while clients go on: what it has begun to handle it answers. */
@Timeout(30)
class StopHttpTest {

    private static final int CLIENTS = 32;

    private final Set<String> handled = ConcurrentHashMap.newKeySet();
    private final Set<String> unanswered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answered = new AtomicInteger();

    @RepeatedTest(50)
    void whatIsHandledIsAnswered() throws Exception {
        Health healthy = new Health(List.of(), Map.of());
        ReplicaSettings settings = new ReplicaSettings("r", 0, 0, "127.0.0.1", List.of(), 2, 100, "info");
        HttpServer server = new HttpServer(
                settings,
                100,
                new Probes(() -> healthy),
                routes -> routes.post("/", request -> {
                    handled.add(RequestBody.readText(request, 100));
                    request.status(201);
                }));
        server.start();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            String name = "client-" + i;
            clients.add(new Thread(() -> postUntilClosed(server.port(), name)));
        }
        clients.forEach(Thread::start);
        Await.until(Duration.ofSeconds(10), "posts are under way", () -> answered.get() >= 500);
        server.close();
        for (Thread client : clients) {
            client.join();
        }

        assertTrue(answered.get() >= 500);
        unanswered.retainAll(handled);
        assertEquals(Set.of(), new TreeSet<>(unanswered));
    }

    /** On one connection, as fast as it is answered. */
    private void postUntilClosed(int port, String name) {
        String text = "";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (int i = 0; true; i++) {
                text = name + "-" + i;
                String request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String status = in.readLine();
                if (status == null || !status.startsWith("HTTP/1.1 201 ")) {
                    if (status == null) {
                        unanswered.add(text);
                    }
                    return;
                }
                answered.incrementAndGet();
                while (!in.readLine().isEmpty()) {
                    // the rest of its head; there is no body
                }
            }
        } catch (IOException e) {
            unanswered.add(text);
        }
    }
}
