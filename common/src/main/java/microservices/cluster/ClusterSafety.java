package microservices.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.PartitionService;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import microservices.concurrent.Deadline;
import microservices.concurrent.LastAnswer;
import microservices.concurrent.SharedCall;
import microservices.message.Refusal;
import microservices.metrics.Metrics;

/**
 * Knows whether members have left since all copies were last seen to be made. After a departure Hazelcast takes writes
 * again at once, but until the partitions have found new places it makes fewer copies of them than members are there,
 * sometimes none: so a write then waits until the cluster is safe, and is repeated, since the one copy may have gone in the
 * meantime. Thread-safe.
 */
final class ClusterSafety {

    private static final Duration POLL = Duration.ofMillis(50);
    /**
     * After this the cluster is asked once more beside a question that is not answered. A member that hears of a departure
     * while it answers waits for ten seconds: it counts the copies at the gone member, and no one tells it of them (5.7,
     * PartitionReplicaStateChecker). Asked a moment later, it answers at once.
     */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final ClusterMember member;
    private final String cluster;
    private final BooleanSupplier copiesMade;

    /** Whether all copies are made. May block for twenty seconds, while a member has just left, or is frozen. */
    private final SharedCall<Boolean> safety;

    /** For metrics, which must not ask. Counts for longer than the pause between two questions and one slow answer. */
    private final LastAnswer<Boolean> last = new LastAnswer<>(Duration.ofSeconds(20));

    /** Guarded by this: who was here when this was last looked at. */
    private Set<UUID> here = Set.of();

    /** Guarded by this: when somebody was last found to have left, and since when all copies are made (nanoTime). */
    private long left = System.nanoTime();

    private long settled = left;

    /** Guarded by this: when the question was asked that {@link #last} answers (nanoTime). */
    private long lastAsked = left;

    ClusterSafety(ClusterMember member, String cluster) {
        this(member, cluster, () -> copiesMade(member));
    }

    /** @param copiesMade asks all members whether all copies are made; may block */
    ClusterSafety(ClusterMember member, String cluster, BooleanSupplier copiesMade) {
        this.member = member;
        this.cluster = cluster;
        this.copiesMade = copiesMade;
        this.safety = new SharedCall<>("copies-" + cluster, this::askSafety);
    }

    private static boolean copiesMade(ClusterMember member) {
        PartitionService partitions = member.hazelcast().getPartitionService();
        // Partitions have owners only once somebody asks for one; a cluster without any calls itself safe.
        boolean owned = partitions.getPartition("").getOwner() != null;
        return owned && partitions.isClusterSafe();
    }

    private boolean askSafety() {
        long asked = System.nanoTime();
        boolean safe = copiesMade.getAsBoolean();
        settle(safe, asked);
        return safe;
    }

    void addTo(Metrics metrics) {
        metrics.gauge(
                "message_service_cluster_safe",
                "1 if all copies were made when the cluster was asked last, else 0.",
                () -> last.number(safe -> safe ? 1 : 0));
        metrics.gauge(
                "message_service_cluster_safe_age_seconds",
                "How long ago the cluster last said whether all copies are made.",
                last::ageSeconds);
    }

    /** To be called when a member may have come, so that its departure is noticed by the next look. */
    void look() {
        lastLeft();
    }

    synchronized void oneLeft() {
        left = System.nanoTime();
    }

    Refusal makingCopies() {
        return Refusal.unknown("the " + cluster
                + " cluster is still making copies of what a lost member held; send the request again");
    }

    /**
     * An owner that misses a member knows of a departure that this member will hear of. It may not know yet of one that
     * has joined since the write was begun.
     *
     * @param before who was here then
     */
    void compareView(Set<UUID> before, Set<UUID> seenByOwner) {
        Set<UUID> all = members(member.hazelcast());
        all.retainAll(before);
        if (!seenByOwner.containsAll(all)) {
            oneLeft();
        }
    }

    /** The members that an instance sees now. */
    static Set<UUID> members(HazelcastInstance hazelcast) {
        Set<UUID> members = new HashSet<>();
        hazelcast.getCluster().getMembers().forEach(one -> members.add(one.getUuid()));
        return members;
    }

    /**
     * Returns when the cluster is safe, which costs a look at the list of members unless one has left.
     *
     * @throws Refusal 503 if it is not safe in time, or too few members are left to hold what was written
     */
    void await(Deadline deadline) {
        if (settled()) {
            return;
        }
        awaitSettled(deadline);
        if (!settled()) {
            throw makingCopies();
        }
        if (!member.writable()) {
            throw Refusal.unknown("the " + cluster
                    + " cluster has just lost too many members to keep what is written; start one and send again");
        }
    }

    /** Whether a member has left since then (nanoTime), so that what was written then may have too few copies. */
    boolean leftSince(long moment) {
        return lastLeft() - moment > 0;
    }

    /** Whether the cluster has been seen to be safe since a member left last. */
    synchronized boolean settled() {
        return settled - lastLeft() >= 0;
    }

    /**
     * Also looks at who is here: Hazelcast tells of a departure on another thread, some time after it has begun to make
     * fewer copies. One that has joined a lone member takes writes before it has copies, and counts as a departure.
     */
    private synchronized long lastLeft() {
        Set<UUID> now = members(member.hazelcast());
        if (!now.equals(here)) {
            if (!now.containsAll(here) || here.size() < member.minimumMembers()) {
                left = System.nanoTime();
            }
            here = now;
        }
        return left;
    }

    private void awaitSettled(Deadline deadline) {
        try {
            while (!settled() && !deadline.passed()) {
                long since = lastLeft();
                long askAgain = System.nanoTime() - ASK_AGAIN.toNanos();
                safety.answer(since - askAgain > 0 ? since : askAgain, deadline.leftUpTo(POLL));
                if (!settled()) {
                    TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Of two questions that were under way together, the one that was asked first may be answered last.
     *
     * @param asked all copies were made at some moment after this one (nanoTime), if safe
     */
    private synchronized void settle(boolean safe, long asked) {
        if (asked - lastAsked >= 0) {
            lastAsked = asked;
            last.set(safe);
        }
        if (safe && asked - settled > 0) {
            settled = asked;
        }
    }

    /** Whether all copies are made now; empty if the cluster does not say so in time. */
    Optional<Boolean> made(Duration patience) {
        return safety.answer(System.nanoTime() - patience.toNanos(), patience);
    }
}
