package microservices.facade;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import microservices.http.ClientThread;
import microservices.http.PostRoute;
import microservices.http.RequestBody;
import microservices.message.JsonText;
import microservices.message.Refusal;
import org.eclipse.jetty.server.Request;

/** Takes a client's message, in the query or as JSON in the body, and answers once it is kept. */
public final class PostRoutes {

    /** Keeps one message. */
    public interface Keeping {
        /**
         * Begins to keep it.
         *
         * @param encoded the text as a JSON string in UTF-8
         * @param key the client's idempotency key, if it has sent one
         * @param executor runs what answers many clients at once
         * @return completed by any thread with the message's id once it is kept, or with a {@link Refusal}
         * @throws Refusal if it is refused at once
         */
        CompletableFuture<UUID> keep(byte[] encoded, Optional<String> key, Executor executor);
    }

    /** A text of 64 KiB with each character escaped, and the JSON around it. */
    public static final int MAX_BODY_BYTES = 400 * 1024;

    private static final List<String> PATHS = List.of("/", "/message", "/messages");

    private final Keeping keeping;

    public PostRoutes(Keeping keeping) {
        this.keeping = keeping;
    }

    /** The routes by their paths. */
    public Map<String, PostRoute> byPath() {
        return PATHS.stream().collect(Collectors.toMap(path -> path, path -> this::keep));
    }

    private CompletableFuture<byte[]> keep(Request request) {
        byte[] encoded = JsonText.encode(text(request));
        Optional<String> key = KeyHeader.read(request.getHeaders().getValues(KeyHeader.NAME));
        return keeping.keep(encoded, key, ClientThread.of(request)).thenApply(id -> kept(id, encoded));
    }

    private static String text(Request request) {
        String query = request.getHttpURI().getQuery();
        String body = RequestBody.readText(request, MAX_BODY_BYTES);
        if (query == null) {
            return PostBody.read(body);
        }
        if (!body.isEmpty()) {
            throw Refusal.badRequest("there is a query and a body; send the text in one of them");
        }
        return QueryText.read(query);
    }

    /** {@code {"id":"…","msg":"…"}}. */
    private static byte[] kept(UUID id, byte[] encoded) {
        byte[] begin = ("{\"id\":\"" + id + "\",\"msg\":").getBytes(StandardCharsets.US_ASCII);
        byte[] json = Arrays.copyOf(begin, begin.length + encoded.length + 1);
        System.arraycopy(encoded, 0, json, begin.length, encoded.length);
        json[json.length - 1] = '}';
        return json;
    }
}
