package microservices.system.load;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import microservices.system.history.Request;
import microservices.system.history.RunClock;

/**
 * Sends one request after another and notes when; never sends one twice. An answer that does not come has status 0. For
 * one thread, which keeps a connection to each replica that it asks.
 */
final class RunClient implements Closeable {

    /** Later than the 10 s within which an answer is promised, so that a late one is seen to be late. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration CONNECT = Duration.ofSeconds(3);

    private final Map<String, HttpConnection> connections = new HashMap<>();
    private final RunClock clock;
    private final Duration patience;

    RunClient(RunClock clock) {
        this(clock, PATIENCE);
    }

    /**
     * @param patience how long a whole answer may take
     */
    RunClient(RunClock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /** An answer, or the lack of one. */
    record Answer(
            Duration sent,
            Duration answered,
            int status,
            byte[] body,
            String logReplica,
            String heldReplica,
            boolean stale) {

        private static final int UNAVAILABLE = 503;

        /** Whether a post was refused because the queue is full. */
        boolean isFull() {
            return status == UNAVAILABLE && new String(body, StandardCharsets.UTF_8).contains("the queue is full");
        }

        /** Whether the facade says of a refused post that nothing was written. */
        boolean nothingWritten() {
            return status == UNAVAILABLE
                    && AnswerParser.parseField(body, "written")
                            .filter("nothing"::equals)
                            .isPresent();
        }
    }

    /** Posts a text, which must need no escapes in JSON. */
    Answer post(String url, String text, String key) throws InterruptedException {
        byte[] body = ("{\"msg\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
        String headers = "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n"
                + (key == null ? "" : "Idempotency-Key: " + key + "\r\n");
        return send("POST", URI.create(url + "/"), headers, body);
    }

    Answer get(String url) throws InterruptedException {
        return send("GET", URI.create(url), "", new byte[0]);
    }

    private Answer send(String method, URI url, String headers, byte[] body) throws InterruptedException {
        String address = url.getAuthority();
        byte[] head = (method + " " + (url.getRawPath().isEmpty() ? "/" : url.getRawPath()) + " HTTP/1.1\r\nHost: "
                        + address + "\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        Duration sent = clock.now();
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            HttpConnection.Response answer = connection(url).exchange(request, deadline);
            return new Answer(
                    sent,
                    clock.now(),
                    answer.status(),
                    answer.body(),
                    answer.headers().getOrDefault("x-logging-replica", ""),
                    answer.headers().getOrDefault("x-messages-replica", ""),
                    answer.headers().containsKey("x-stale"));
        } catch (IOException | NumberFormatException e) {
            Answer none = new Answer(sent, clock.now(), Request.NO_ANSWER, new byte[0], "", "", false);
            drop(address);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return none;
        }
    }

    private HttpConnection connection(URI url) throws IOException {
        HttpConnection kept = connections.get(url.getAuthority());
        if (kept != null) {
            if (kept.isUsable()) {
                return kept;
            }
            drop(url.getAuthority());
        }
        HttpConnection opened = HttpConnection.open(new InetSocketAddress(url.getHost(), url.getPort()), CONNECT);
        connections.put(url.getAuthority(), opened);
        return opened;
    }

    private void drop(String address) {
        HttpConnection dropped = connections.remove(address);
        if (dropped != null) {
            try {
                dropped.close();
            } catch (IOException e) {
                // it is of no more use in any case
            }
        }
    }

    @Override
    public void close() {
        for (String address : connections.keySet().toArray(String[]::new)) {
            drop(address);
        }
    }
}
