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

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final RunClient client = new RunClient(new RunClock());
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private ServerSocket replica;
    private boolean hangUpAfterwards;

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
    }

    @Test
    void readsAnAnswerInChunks() throws Exception {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n[[\r\n3\r\n],[\r\n2\r\n]]\r\n0\r\n\r\n");
        assertEquals("[[],[]]", new String(client.get(url()).body(), StandardCharsets.UTF_8));
    }

    @Test
    void readsAnAnswerThatEndsWithTheConnection() throws Exception {
        hangUpAfterwards = true;
        answer("HTTP/1.1 200 OK\r\n\r\n[]");
        assertEquals("[]", new String(client.get(url()).body(), StandardCharsets.UTF_8));
    }

    @Test
    void hasNoAnswer_whenItIsCutShort() throws Exception {
        hangUpAfterwards = true;
        answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[]");
        assertEquals(Request.NO_ANSWER, client.get(url()).status());
    }

    @Test
    void hasNoAnswer_whenItIsNoHttp() throws Exception {
        answer("what?\r\n\r\n");
        assertEquals(Request.NO_ANSWER, client.get(url()).status());
    }

    @Test
    void connectsAnew_whenTheConnectionWasClosedInBetween() throws Exception {
        hangUpAfterwards = true;
        CompletableFuture<Void> hungUp = answer(OK);
        assertEquals(200, client.get(url()).status());
        hungUp.get(30, TimeUnit.SECONDS);
        answer(OK);
        assertEquals(200, client.get(url()).status());
    }

    @Test
    void goesByWhatTheAnswerSaysOfWhatWasWritten() throws Exception {
        assertTrue(
                post(503, "{'error':'the queue is full','written':'nothing'}").nothingWritten());
        assertFalse(
                post(503, "{'error':'the queue is full','written':'unknown'}").nothingWritten());
        assertFalse(
                post(503, "{'error':'the queue is full; nothing was written'}").nothingWritten());
        assertFalse(post(503, "nothing").nothingWritten());
        assertFalse(post(500, "{'error':'a bug','written':'nothing'}").nothingWritten());
        assertTrue(
                post(503, "{'error':'the queue is full','written':'nothing'}").isFull());
        assertFalse(post(503, "{'error':'memory is short','written':'nothing'}").isFull());
    }

    private RunClient.Answer post(int status, String singleQuoted) throws Exception {
        hangUpAfterwards = true;
        String body = singleQuoted.replace('\'', '"');
        answer("HTTP/1.1 " + status + " Status\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        return new RunClient(new RunClock()).post(url(), "a", null);
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
                        while (!hangUpAfterwards && request.read() >= 0) {
                            // the rest of a post
                        }
                    } catch (IOException e) {
                        // the client has gone
                    }
                },
                task -> new Thread(task, "replica").start());
    }
}
