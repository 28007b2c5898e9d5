package microservices.queue;

import com.hazelcast.collection.IQueue;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import microservices.cluster.ClusterCall;
import microservices.cluster.ClusterMember;
import microservices.concurrent.Pause;
import microservices.ledger.Ledger;
import microservices.message.Message;
import microservices.message.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The distributed queue between the facades and the messages replicas. What travels in it are ids; the texts stand in
 * the {@link Ledger}, which also decides who holds a message. So the queue may lose an id or hand it out twice: the
 * {@link Sweeper} offers again what is missing, and a claim can be won once.
 */
public final class MessageQueue {

    private static final Logger LOG = LoggerFactory.getLogger(MessageQueue.class);

    /** For one attempt to write the ledger: a little more than it takes to know that copies were not confirmed. */
    private static final Duration ATTEMPT = Duration.ofMillis(2500);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final IQueue<String> queue;
    private final Ledger ledger;

    private final QueueRoom room;

    public MessageQueue(HazelcastInstance hazelcast) {
        this.queue = hazelcast.getQueue(QueueCluster.QUEUE);
        this.room = new QueueRoom(hazelcast);
        this.ledger = new Ledger(hazelcast);
    }

    /**
     * Refuses messages that the queue has no room for; to be called before anything is written anywhere.
     *
     * @throws Refusal 503 if the queue is full
     */
    public void checkRoom(int messages) {
        room.check(messages);
    }

    /**
     * Writes messages into the ledger. When this returns they are there, in all copies that the cluster has room for, and
     * will be delivered even if they are never offered: the sweep sees to it.
     *
     * <p>A member that is gone or silent leaves a write in doubt. Once more, it goes to the next owner, or its copies do:
     * so it is repeated until the patience ends.
     *
     * @return how many members those who wrote the ledger see, for {@link ClusterMember#writeAllCopies}
     * @throws Refusal 503 if that is not known
     */
    public int register(List<Message> messages, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            try {
                return ledger.register(messages, left.compareTo(ATTEMPT) < 0 ? left : ATTEMPT);
            } catch (Refusal e) {
                if (System.nanoTime() - deadline >= 0 || !mayHelp(e) || !Pause.of(PAUSE)) {
                    throw e;
                }
                LOG.debug("writing the ledger once more", e);
            }
        }
    }

    /** Whether the same may succeed a moment later. */
    private static boolean mayHelp(Refusal e) {
        return !(e.getCause() instanceof SplitBrainProtectionException
                || e.getCause() instanceof HazelcastInstanceNotActiveException);
    }

    /**
     * Offers messages that are in the ledger to whichever replica is free. If it fails, the sweep does it some seconds
     * later. May block for ten seconds if the queue's owner is frozen.
     */
    public void offer(List<String> ids) {
        try {
            if (!addAll(ids)) {
                LOG.warn("{} messages reach the queue by the sweep: it is full", ids.size());
            }
        } catch (Refusal e) {
            LOG.warn("{} messages reach the queue by the sweep: {}", ids.size(), e.getMessage());
            LOG.debug("offering failed", e);
        }
    }

    /** Those of the messages that the ledger does not know, and that nobody would ever be offered. */
    public List<Message> unknown(List<Message> messages) {
        return ledger.unknown(messages);
    }

    private boolean addAll(List<String> ids) {
        return ClusterCall.call(
                () -> {
                    try {
                        return queue.addAll(ids);
                    } catch (HazelcastInstanceNotActiveException e) {
                        throw e;
                    } catch (IllegalStateException e) {
                        return false; // "Queue full": Hazelcast throws where Collection.addAll would return false
                    }
                },
                "offering into the queue");
    }

    /**
     * Takes ids from the queue: all that are there, or else the first that comes.
     *
     * @param most how many at most, at least 1
     * @param wait how long to wait for the first
     * @return perhaps none; what was taken and is not claimed is offered again by the sweep
     * @throws Refusal 503 if the queue cannot be reached
     * @throws InterruptedException if interrupted while waiting
     */
    public List<String> take(int most, Duration wait) throws InterruptedException {
        try {
            List<String> ids = new ArrayList<>();
            queue.drainTo(ids, most);
            if (ids.isEmpty()) {
                String first = queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    ids.add(first);
                }
            }
            return ids;
        } catch (HazelcastException | IllegalStateException e) {
            throw Refusal.unavailable("taking from the queue failed", e);
        }
    }

    /** See {@link Ledger#claim}. */
    public List<Message> claim(Collection<String> ids, UUID holder) {
        return ledger.claim(ids, holder);
    }

    /**
     * Offers ids once more that are in the ledger already, as far as there is room for them: they leave half of the queue to
     * new messages: a replica that is gone may have held far more than the queue takes.
     *
     * @return how many were taken
     */
    int offerAgain(List<String> ids) {
        List<String> fitting = ids.subList(0, Math.min(ids.size(), room.inFirstHalf()));
        return !fitting.isEmpty() && addAll(fitting) ? fitting.size() : 0;
    }

    boolean isEmpty() {
        return ClusterCall.call(queue::isEmpty, "looking into the queue");
    }
}
