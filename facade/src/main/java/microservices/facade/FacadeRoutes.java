package microservices.facade;

import com.hazelcast.core.HazelcastException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.ListRoutes;
import microservices.http.RequestBody;
import microservices.message.JsonText;
import microservices.message.Refusal;
import microservices.queue.QueueCluster;
import microservices.service.Health;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client can ask for: to keep a message, to read the two lists, to know whether all is well. */
final class FacadeRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(FacadeRoutes.class);

    /** A text of 64 KiB with each character escaped, and the JSON around it. */
    static final int MAX_BODY_BYTES = 400 * 1024;

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
        for (String path : List.of("/", "/message", "/messages")) {
            routes.post(path, request -> keep(request, text(request)));
        }
        ListRoutes.Reading both = (request, out) -> lists.write(request::header, out);
        readings.addTo(routes, "/", both);
        readings.addTo(routes, "/messages", both);
    }

    /** The text stands in the query, or as JSON in the body. */
    private static String text(Context request) {
        String query = request.req().getQueryString();
        String body = RequestBody.readText(request, MAX_BODY_BYTES);
        if (query == null) {
            return PostBody.read(body);
        }
        if (!body.isEmpty()) {
            throw Refusal.badRequest("there is a query and a body; send the text in one of them");
        }
        return QueryText.read(query);
    }

    /**
     * The exchange has no thread while its message is kept: whoever has kept it goes on here, and may not be held up by a
     * client that reads nothing. So the answer is sent without waiting; an error, which is rare and written by Javalin,
     * goes to a thread of the server.
     */
    private void keep(Context request, String text) {
        byte[] encoded = JsonText.encode(text);
        request.future(() -> batches.keep(encoded, KeyHeader.read(request.req().getHeaders(KeyHeader.NAME)))
                .thenCompose(id -> send(request, kept(id, encoded)))
                .exceptionallyComposeAsync(CompletableFuture::failedFuture, serverThreads(request)));
    }

    private static Executor serverThreads(Context request) {
        return ServletContextRequest.getServletContextRequest(request.req())
                .getConnectionMetaData()
                .getConnector()
                .getExecutor();
    }

    private static CompletableFuture<Void> send(Context request, byte[] json) {
        request.status(201);
        Callback.Completable sent = new Callback.Completable();
        output(request).sendContent(ByteBuffer.wrap(json), sent);
        return sent.exceptionally(e -> {
            LOG.debug("A client has gone before its answer", e);
            return null;
        });
    }

    private static HttpOutput output(Context request) {
        try {
            return (HttpOutput) request.res().getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Jetty opens nothing here: cannot happen
        }
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
