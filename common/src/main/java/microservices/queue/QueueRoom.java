package microservices.queue;

import com.hazelcast.collection.IQueue;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import microservices.cluster.ClusterCall;
import microservices.concurrent.SharedCall;
import microservices.message.Refusal;

/**
 * Keeps the queue within its capacity before anything is written. Having asked how much room there is, a facade may use
 * its part of it without asking again, for a moment; so a queue that is far from full costs next to nothing.
 */
final class QueueRoom {

    /** How long the answer is good for. */
    private static final Duration VALID = Duration.ofSeconds(1);
    /** The queue's owner may be frozen or gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final HazelcastInstance hazelcast;
    private final IQueue<String> queue;
    private final SharedCall<Integer> size;
    private final int capacity;

    /** Guarded by this: how many messages may still be offered, until when (nanoTime). */
    private int granted;

    private long until;

    QueueRoom(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
        this.queue = hazelcast.getQueue(QueueCluster.QUEUE);
        this.size = new SharedCall<>("queue-room", () -> ClusterCall.call(queue::size, "looking into the queue"));
        this.capacity = hazelcast.getConfig().getQueueConfig(QueueCluster.QUEUE).getMaxSize() - QueueCluster.HEADROOM;
    }

    /**
     * Takes room for messages.
     *
     * @throws Refusal 503 if the queue is full or does not answer
     */
    void check(int messages) {
        if (take(messages)) {
            return;
        }
        int used = size.answer(System.nanoTime(), PATIENCE)
                .orElseThrow(() -> Refusal.unavailable(
                        "the queue does not say whether it has room; nothing was written, send it again"));
        if (!grant(messages, capacity - used)) {
            throw Refusal.unavailable(
                    "the queue is full; nothing was written, wait until the messages replicas have taken from it");
        }
    }

    private synchronized boolean take(int messages) {
        if (granted < messages || System.nanoTime() - until > 0) {
            return false;
        }
        granted -= messages;
        return true;
    }

    /** Others may have been granted theirs from the same answer; all of them together fit into the headroom. */
    private synchronized boolean grant(int messages, int room) {
        granted = room < messages ? 0 : Math.max(messages, room / (2 * facades())) - messages;
        until = System.nanoTime() + VALID.toNanos();
        return room >= messages;
    }

    /** How many messages fit into the first half of the queue. */
    int inFirstHalf() {
        return Math.max(0, Math.max(1, capacity / 2) - ClusterCall.call(queue::size, "looking into the queue"));
    }

    private int facades() {
        int holders = QueueCluster.liveHolders(hazelcast).size();
        return Math.max(1, hazelcast.getCluster().getMembers().size() - holders);
    }
}
