package microservices.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.replicatedmap.ReplicatedMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import microservices.concurrent.LastAnswer;
import microservices.concurrent.Worker;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches this replica's heap and tells its cluster when memory is short, since every write is copied to other members:
 * while any of them is short, none takes writes. Runs on a thread of its own; asking it costs a look into local memory.
 */
public final class MemoryGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryGuard.class);

    private static final Duration PERIOD = Duration.ofMillis(200);
    /** What a member has said is forgotten after this, unless it says it again. */
    private static final Duration VALID = Duration.ofSeconds(15);

    private static final Duration REPEAT = Duration.ofSeconds(3);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final ClusterMember member;
    private final BooleanSupplier isShort;
    private final Worker worker = new Worker("memory-guard", this::step, PERIOD, STOP);

    /** Whether the cluster has been told that this member is short; owned by the thread, but for health. */
    private volatile boolean told;

    private long toldAt;

    /** For those who must not ask. */
    private final LastAnswer<Boolean> last = new LastAnswer<>(VALID);

    /** Opens nothing yet. */
    public MemoryGuard(ClusterMember member) {
        this(member, new HeapWatch()::isShort);
    }

    MemoryGuard(ClusterMember member, BooleanSupplier isShort) {
        this.member = member;
        this.isShort = isShort;
    }

    public void addTo(Metrics metrics) {
        metrics.gauge(
                "message_service_memory_short",
                "1 while this replica is short of memory, else 0.",
                () -> last.number(now -> now ? 1 : 0));
    }

    /** To be called once the member has started. */
    public void start() {
        worker.start();
    }

    private Duration step() {
        try {
            boolean now = isShort.getAsBoolean();
            last.set(now);
            tell(now);
        } catch (RuntimeException e) {
            LOG.debug("The cluster was not told how much memory there is", e);
        }
        return PERIOD;
    }

    private void tell(boolean now) {
        HazelcastInstance hazelcast = member.hazelcast();
        String self = hazelcast.getCluster().getLocalMember().getUuid().toString();
        if (now && (!told || System.nanoTime() - toldAt >= REPEAT.toNanos())) {
            if (!told) {
                LOG.warn("Memory is short here; the cluster takes no writes until there is room again");
            }
            told = true;
            toldAt = System.nanoTime();
            members(hazelcast).put(self, true, VALID.toMillis(), TimeUnit.MILLISECONDS);
        } else if (!now && told) {
            members(hazelcast).remove(self);
            told = false;
            LOG.info("There is room in memory again");
        }
    }

    private static ReplicatedMap<String, Boolean> members(HazelcastInstance hazelcast) {
        return hazelcast.getReplicatedMap(MemberConfig.SHORT_OF_MEMORY);
    }

    /** The replicas of this cluster whose memory is short, by name. */
    public List<String> shortReplicas() {
        HazelcastInstance hazelcast = member.hazelcast();
        Map<String, Boolean> flagged = members(hazelcast);
        if (flagged.isEmpty()) {
            return List.of();
        }
        return hazelcast.getCluster().getMembers().stream()
                .filter(other -> flagged.containsKey(other.getUuid().toString()))
                .map(ClusterMember::replica)
                .sorted()
                .toList();
    }

    /**
     * To be called before anything is written.
     *
     * @throws Refusal 507 if memory is short anywhere in this cluster
     */
    public void checkRoom() {
        List<String> shortOnes = shortReplicas();
        if (!shortOnes.isEmpty()) {
            throw Refusal.memoryShort("memory is short at " + String.join(", ", shortOnes)
                    + "; nothing was written, send it again when there is room");
        }
    }

    /** What health says is missing: nothing, or that memory is short here. */
    public List<String> missing() {
        return told ? List.of("memory is short here; it takes no writes until there is room again") : List.of();
    }

    /** Ends the thread, and takes back what it has told. */
    @Override
    public void close() {
        worker.close();
        try {
            tell(false);
        } catch (Refusal | HazelcastException | IllegalStateException e) {
            LOG.debug("The cluster forgets it by itself", e);
        }
    }
}
