package microservices.common;

import com.hazelcast.collection.IQueue;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;

/**
 * Keeps the queue within its capacity before anything is written. Having asked how much room there is, a facade may use
 * its part of it without asking again, for a moment; so a queue that is far from full costs next to nothing.
 */
final class QueueRoom {

    /** How long the answer is good for. */
    private static final Duration VALID = Duration.ofSeconds(1);

    private final HazelcastInstance hazelcast;
    private final IQueue<String> queue;
    private final int capacity;

    /** Guarded by this: how many messages may still be offered, until when (nanoTime). */
    private int granted;

    private long until;

    QueueRoom(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
        this.queue = hazelcast.getQueue(MemberConfig.QUEUE);
        this.capacity =
                hazelcast.getConfig().getQueueConfig(MemberConfig.QUEUE).getMaxSize() - MemberConfig.QUEUE_HEADROOM;
    }

    /**
     * Takes room for messages.
     *
     * @throws HttpError 503 if the queue is full or cannot be asked
     */
    synchronized void check(int messages) {
        if (granted < messages || System.nanoTime() - until > 0) {
            granted = 0;
            int room = capacity - ClusterCall.call(queue::size, "looking into the queue");
            if (room < messages) {
                throw HttpError.unavailable(
                        "the queue is full; nothing was written, wait until the messages replicas have taken from it");
            }
            granted = Math.max(messages, room / (2 * facades()));
            until = System.nanoTime() + VALID.toNanos();
        }
        granted -= messages;
    }

    /** How many messages fit into the first half of the queue. */
    int inFirstHalf() {
        return Math.max(0, Math.max(1, capacity / 2) - ClusterCall.call(queue::size, "looking into the queue"));
    }

    private int facades() {
        long holders = hazelcast.getCluster().getMembers().stream()
                .filter(member -> member.getAttribute(MemberConfig.HOLDER) != null)
                .count();
        return (int) Math.max(1, hazelcast.getCluster().getMembers().size() - holders);
    }
}
