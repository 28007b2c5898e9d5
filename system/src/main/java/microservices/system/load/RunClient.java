package microservices.system.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import microservices.system.history.Request;
import microservices.system.history.RunClock;

/** Sends one request after another and notes when; never sends one twice. An answer that does not come has status 0. */
final class RunClient {

    /** Later than the 10 s within which an answer is promised, so that a late one is seen to be late. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Duration CONNECT = Duration.ofSeconds(3);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
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
            boolean retryAfter) {

        /** Whether a post was refused because the queue is full. */
        boolean isFull() {
            return isUnavailable("the queue is full");
        }

        /** Whether a post was refused for one of the reasons that promise that nothing was written. */
        boolean nothingWritten() {
            return isFull() || isUnavailable("memory is short");
        }

        private boolean isUnavailable(String why) {
            return status == 503 && retryAfter && new String(body, StandardCharsets.UTF_8).contains(why);
        }
    }

    /** Posts a text, which must need no escapes in JSON. */
    Answer post(String url, String text, String key) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"msg\":\"" + text + "\"}", StandardCharsets.UTF_8));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return send(request);
    }

    Answer get(String url) throws InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    private Answer send(HttpRequest.Builder request) throws InterruptedException {
        Duration sent = clock.now();
        // HttpRequest.timeout would end with the headers, and wait for ever for the rest of a body.
        CompletableFuture<HttpResponse<byte[]>> exchange =
                http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> answer = exchange.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(
                    sent,
                    clock.now(),
                    answer.statusCode(),
                    answer.body(),
                    answer.headers().firstValue("X-Logging-Replica").orElse(""),
                    answer.headers().firstValue("X-Messages-Replica").orElse(""),
                    answer.headers().firstValue("Retry-After").isPresent());
        } catch (TimeoutException e) {
            return noAnswer(sent);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException) {
                return noAnswer(sent);
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            exchange.cancel(true); // closes the connection of what was given up or interrupted, and else does nothing
        }
    }

    private Answer noAnswer(Duration sent) {
        return new Answer(sent, clock.now(), Request.NO_ANSWER, new byte[0], "", "", false);
    }
}
