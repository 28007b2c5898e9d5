package microservices.facade;

import com.hazelcast.core.HazelcastException;
import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.ListRoutes;
import microservices.message.Refusal;
import microservices.queue.QueueCluster;
import microservices.service.Health;

/** What a client can ask for beside keeping a message: the two lists, and whether all is well. */
final class FacadeRoutes {

    /** A slow client holds one for long. */
    private static final int MOST_READINGS = 64;

    private final TwoLists lists;
    private final ClusterMember member;
    private final MemoryGuard memory;
    private final LogClient log;
    private final LogComparison comparison;
    private final FirstBatch first;
    private final ListRoutes readings = new ListRoutes(MOST_READINGS);

    FacadeRoutes(
            TwoLists lists,
            ClusterMember member,
            MemoryGuard memory,
            LogClient log,
            LogComparison comparison,
            FirstBatch first) {
        this.lists = lists;
        this.member = member;
        this.memory = memory;
        this.log = log;
        this.comparison = comparison;
        this.first = first;
    }

    void addTo(RoutesConfig routes) {
        ListRoutes.Reading both = (request, out) -> lists.write(request::header, out);
        readings.addTo(routes, "/", both);
        readings.addTo(routes, "/messages", both);
    }

    Health health() {
        Health health = member.health().with(memoryMissing(), Map.of());
        if (!health.facts().isEmpty()) {
            health = health.with(comparison.missing(), Map.of())
                    .with(
                            first.missing(),
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
