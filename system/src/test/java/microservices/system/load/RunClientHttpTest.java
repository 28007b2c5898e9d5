package microservices.system.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import microservices.system.history.Request;
import microservices.system.history.RunClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica that answers as the test says, and then keeps the connection open until the client closes it. */
@Timeout(60)
class RunClientHttpTest {

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final RunClient client = new RunClient(new RunClock());
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private ServerSocket replica;

    @BeforeEach
    void listen() throws IOException {
        replica = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        replica.close();
    }

    @Test
    void givesTheWholeAnswer() throws Exception {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Logging-Replica: l\r\nX-Messages-Replica: m\r\n\r\n[]");
        RunClient.Answer answer = client.get(url());
        assertEquals(200, answer.status());
        assertEquals("[]", new String(answer.body(), StandardCharsets.UTF_8));
        assertEquals("l", answer.logReplica());
        assertEquals("m", answer.heldReplica());
        assertFalse(answer.nothingWritten());
    }

    @Test
    void knowsThatNothingWasWritten() throws Exception {
        answer("HTTP/1.1 503 No\r\nRetry-After: 1\r\nContent-Length: 17\r\n\r\nthe queue is full");
        RunClient.Answer answer = client.post(url(), "a", null);
        assertTrue(answer.isFull());
        assertTrue(answer.nothingWritten());
    }

    @Test
    void doesNotBelieveIt_whenItIsNotToBeSentAgain() throws Exception {
        answer("HTTP/1.1 503 No\r\nContent-Length: 17\r\n\r\nthe queue is full");
        assertFalse(client.post(url(), "a", null).nothingWritten());
    }

    @Test
    void givesUp_whenTheBodyDoesNotEnd() throws Exception {
        CompletableFuture<Void> hungUp = answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[");
        RunClient.Answer answer = new RunClient(new RunClock(), PATIENCE).get(url());
        assertEquals(Request.NO_ANSWER, answer.status());
        assertTrue(answer.answered().minus(answer.sent()).compareTo(PATIENCE) >= 0);
        hungUp.get(30, TimeUnit.SECONDS);
    }

    @Test
    void hangsUp_whenItIsInterrupted() throws Exception {
        CompletableFuture<Void> hungUp = answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[");
        answered.thenRun(Thread.currentThread()::interrupt);
        assertThrows(InterruptedException.class, () -> client.get(url()));
        hungUp.get(30, TimeUnit.SECONDS);
    }

    private String url() {
        return "http://127.0.0.1:" + replica.getLocalPort();
    }

    /** Done when the client has closed its connection. Not in the common pool: its one thread may be what the client needs. */
    private CompletableFuture<Void> answer(String answer) {
        return CompletableFuture.runAsync(
                () -> {
                    try (Socket socket = replica.accept();
                            BufferedReader request = new BufferedReader(
                                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                        String line = request.readLine();
                        while (line != null && !line.isEmpty()) {
                            line = request.readLine();
                        }
                        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        answered.complete(null);
                        while (request.read() >= 0) {
                            // the rest of a post
                        }
                    } catch (IOException e) {
                        // the client has gone
                    }
                },
                task -> new Thread(task, "replica").start());
    }
}
