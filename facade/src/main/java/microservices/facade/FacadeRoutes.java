package microservices.facade;

import com.hazelcast.core.HazelcastException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.ListRoutes;
import microservices.http.MessageJson;
import microservices.http.RequestBody;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.queue.QueueCluster;
import microservices.service.Health;

/** What a client can ask for: to keep a message, to read the two lists, to know whether all is well. */
final class FacadeRoutes {

    /** A text of 64 KiB with each character escaped, and the JSON around it. */
    private static final int MAX_BODY_BYTES = 400 * 1024;

    /** A slow client holds one for long. */
    private static final int MOST_READINGS = 64;

    private final Batches batches;
    private final ReplicaClient client;
    private final List<String> loggingUrls;
    private final ClusterMember member;
    private final MemoryGuard memory;
    private final TwoLists lists;
    private final ListRoutes readings = new ListRoutes(MOST_READINGS);

    FacadeRoutes(
            Batches batches, ReplicaClient client, List<String> loggingUrls, ClusterMember member, MemoryGuard memory) {
        this.batches = batches;
        this.client = client;
        this.loggingUrls = loggingUrls;
        this.member = member;
        this.memory = memory;
        this.lists = new TwoLists(client, loggingUrls, () -> QueueCluster.messagesUrls(member));
    }

    void addTo(RoutesConfig routes) {
        routes.post("/", request -> keep(request, MessageJson.readPost(RequestBody.read(request, MAX_BODY_BYTES))));
        routes.post("/message", request -> {
            refuseBody(request);
            keep(request, QueryText.read(request.req().getQueryString()));
        });
        ListRoutes.Reading lists = (request, out) -> this.lists.write(request::header, out);
        readings.addTo(routes, "/", lists);
        readings.addTo(routes, "/messages", lists);
    }

    private void keep(Context request, String text) {
        Message message = batches.keep(text, IdempotencyKey.read(request.req().getHeaders(IdempotencyKey.HEADER)));
        request.status(201).result(MessageJson.write(message));
    }

    private static void refuseBody(Context request) {
        if (!RequestBody.read(request, MAX_BODY_BYTES).isEmpty()) {
            throw Refusal.badRequest("the text stands in the query here, so the body must be empty");
        }
    }

    Health health() {
        Health health = member.health().with(memoryMissing(), Map.of());
        if (!health.facts().isEmpty()) {
            health = health.with(
                    List.of(), Map.of("queueOwner", QueueCluster.owner(member).orElse("nobody yet")));
        }
        return client.anyHealthy("logging", loggingUrls)
                ? health
                : health.with(List.of("no healthy logging replica at " + loggingUrls), Map.of());
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
