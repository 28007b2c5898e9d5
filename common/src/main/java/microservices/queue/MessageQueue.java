package microservices.queue;

import com.hazelcast.collection.IQueue;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import microservices.cluster.ClusterCall;
import microservices.cluster.ClusterMember;
import microservices.message.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The distributed queue between the facades and the messages replicas. What travels in it are ids of batches; their
 * messages stand in the ledger, which also decides who holds a batch. So the queue may lose an id or hand it out twice:
 * a facade offers again what is missing, and a claim can be won once.
 */
public final class MessageQueue {

    private static final Logger LOG = LoggerFactory.getLogger(MessageQueue.class);

    private final ClusterMember member;

    /** Opens nothing yet. */
    public MessageQueue(ClusterMember member) {
        this.member = member;
    }

    private IQueue<UUID> queue() {
        return member.hazelcast().getQueue(QueueCluster.QUEUE);
    }

    /**
     * Offers batches that are in the ledger to whichever replica is free. May block for ten seconds if the queue's owner
     * is frozen.
     *
     * @return whether the queue has taken them; if not, a facade offers them later
     */
    public boolean offer(List<UUID> batches) {
        try {
            if (addAll(batches)) {
                return true;
            }
            LOG.warn("{} batches reach the queue later: it is full", batches.size());
        } catch (Refusal e) {
            LOG.warn("{} batches reach the queue later: {}", batches.size(), e.getMessage());
            LOG.debug("offering failed", e);
        }
        return false;
    }

    private boolean addAll(List<UUID> batches) {
        return ClusterCall.call(
                () -> {
                    try {
                        return queue().addAll(batches);
                    } catch (HazelcastInstanceNotActiveException e) {
                        throw e;
                    } catch (IllegalStateException e) {
                        return false; // "Queue full": Hazelcast throws where Collection.addAll would return false
                    }
                },
                "offering into the queue");
    }

    /**
     * Takes batches from the queue: those that are there, or the first that comes.
     *
     * @param most how many at most, at least 1
     * @param wait how long to wait if none is there
     * @return perhaps none; what was taken and is not claimed is offered again by a facade
     * @throws Refusal 503 if the queue cannot be reached
     * @throws InterruptedException if interrupted while waiting
     */
    public List<UUID> take(int most, Duration wait) throws InterruptedException {
        try {
            List<UUID> batches = new ArrayList<>();
            if (most > 1) {
                queue().drainTo(batches, most);
            }
            if (batches.isEmpty()) {
                Optional.ofNullable(queue().poll(wait.toMillis(), TimeUnit.MILLISECONDS))
                        .ifPresent(batches::add);
            }
            return batches;
        } catch (HazelcastException | IllegalStateException e) {
            throw Refusal.unknown("taking from the queue failed", e);
        }
    }

    /**
     * How many batches are in it.
     *
     * @throws Refusal 503 if the queue cannot be reached
     */
    public int size() {
        return ClusterCall.call(() -> queue().size(), "looking into the queue");
    }

    /**
     * Whether nothing is in it.
     *
     * @throws Refusal 503 if the queue cannot be reached
     */
    public boolean isEmpty() {
        return ClusterCall.call(() -> queue().isEmpty(), "looking into the queue");
    }
}
