package microservices.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What a user does with curl: posts messages to a facade and reads both lists back. */
public final class Client {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String url;

    Client(String url) {
        this.url = url;
    }

    /** Both lists of one reading, and who answered. */
    public record Lists(List<String> logged, List<String> held, String loggingReplica, String messagesReplica) {}

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    public HttpResponse<String> send(String method, String path, byte[] body, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Posts a text; returns the answer whatever it is. */
    public HttpResponse<String> post(String text) throws IOException, InterruptedException {
        return send("POST", "/", JSON.writeValueAsString(Map.of("msg", text)));
    }

    /** Posts a text with an idempotency key. */
    HttpResponse<String> post(String text, String key) throws IOException, InterruptedException {
        return send("POST", "/", JSON.writeValueAsBytes(Map.of("msg", text)), Map.of("Idempotency-Key", key));
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    /** Reads both lists; fails unless the answer is a 200 of exactly two lists of strings. */
    public Lists read() throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/");
        if (answer.statusCode() != 200) {
            throw new IOException("GET / answered " + answer.statusCode() + " " + answer.body());
        }
        List<List<String>> lists = JSON.readValue(answer.body(), new TypeReference<>() {});
        if (lists.size() != 2) {
            throw new IOException("not two lists: " + answer.body());
        }
        return new Lists(
                lists.get(0),
                lists.get(1),
                answer.headers().firstValue("X-Logging-Replica").orElseThrow(),
                answer.headers().firstValue("X-Messages-Replica").orElseThrow());
    }

    /** One list of a replica's own door. */
    public List<String> readList(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new IOException("GET " + url + path + " answered " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readValue(answer.body(), new TypeReference<>() {});
    }

    public static JsonNode json(HttpResponse<String> answer) throws JsonProcessingException {
        return JSON.readTree(answer.body());
    }
}
