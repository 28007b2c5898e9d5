package microservices.facade;

import com.hazelcast.core.HazelcastException;
import io.javalin.config.RoutesConfig;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.ListRoutes;
import microservices.http.PostRoute;
import microservices.http.RequestBody;
import microservices.message.JsonText;
import microservices.message.Refusal;
import microservices.queue.QueueCluster;
import microservices.service.Health;
import org.eclipse.jetty.server.Request;

/** What a client can ask for: to keep a message, to read the two lists, to know whether all is well. */
final class FacadeRoutes {

    /** A text of 64 KiB with each character escaped, and the JSON around it. */
    static final int MAX_BODY_BYTES = 400 * 1024;

    private static final List<String> PATHS = List.of("/", "/message", "/messages");

    /** A slow client holds one for long. */
    private static final int MOST_READINGS = 64;

    private final Batches batches;
    private final TwoLists lists;
    private final ClusterMember member;
    private final MemoryGuard memory;
    private final LogClient log;
    private final LogComparison comparison;
    private final ListRoutes readings = new ListRoutes(MOST_READINGS);

    FacadeRoutes(
            Batches batches,
            TwoLists lists,
            ClusterMember member,
            MemoryGuard memory,
            LogClient log,
            LogComparison comparison) {
        this.batches = batches;
        this.lists = lists;
        this.member = member;
        this.memory = memory;
        this.log = log;
        this.comparison = comparison;
    }

    void addTo(RoutesConfig routes) {
        ListRoutes.Reading both = (request, out) -> lists.write(request::header, out);
        readings.addTo(routes, "/", both);
        readings.addTo(routes, "/messages", both);
    }

    /** The paths that take a message, each in the query or as JSON in the body. */
    Map<String, PostRoute> posts() {
        return PATHS.stream().collect(Collectors.toMap(path -> path, path -> this::keep));
    }

    private CompletableFuture<byte[]> keep(Request request) {
        byte[] encoded = JsonText.encode(text(request));
        return batches.keep(encoded, KeyHeader.read(request.getHeaders().getValues(KeyHeader.NAME)))
                .thenApply(id -> kept(id, encoded));
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

    Health health() {
        Health health = member.health().with(memoryMissing(), Map.of());
        if (!health.facts().isEmpty()) {
            health = health.with(
                    comparison.missing(),
                    Map.of("queueOwner", QueueCluster.owner(member).orElse("nobody yet")));
        }
        return log.anyHealthy()
                ? health
                : health.with(List.of("no healthy logging replica at " + log.urls()), Map.of());
    }

    private List<String> memoryMissing() {
        try {
            return memory.shortReplicas().stream()
                    .map(replica -> "memory is short at " + replica)
                    .toList();
        } catch (Refusal | HazelcastException | IllegalStateException e) {
            return List.of(); // the member is not running, and its health says so
        }
    }
}
