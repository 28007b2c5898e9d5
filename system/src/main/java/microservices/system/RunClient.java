package microservices.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

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

    RunClient(RunClock clock) {
        this.clock = clock;
    }

    /** An answer, or the lack of one. */
    record Answer(Duration sent, Duration answered, int status, byte[] body, String logReplica, String heldReplica) {}

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
        try {
            HttpResponse<byte[]> answer =
                    http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(
                    sent,
                    clock.now(),
                    answer.statusCode(),
                    answer.body(),
                    answer.headers().firstValue("X-Logging-Replica").orElse(""),
                    answer.headers().firstValue("X-Messages-Replica").orElse(""));
        } catch (IOException e) {
            return new Answer(sent, clock.now(), Request.NO_ANSWER, new byte[0], "", "");
        }
    }
}
