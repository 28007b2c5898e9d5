package microservices.common;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Knows whether members have left since all copies were last seen to be made, and has writes wait for it. Any number of
 * threads write at once; one of them at a time asks the cluster, the others wait for its answer.
 */
final class Copies {

    private static final Duration POLL = Duration.ofMillis(50);

    private final ClusterMember member;
    private final String cluster;

    /** How many members have left; and how many had when the cluster was last seen to be safe. */
    private final AtomicInteger departures = new AtomicInteger();

    private volatile int settledDepartures;
    private final Lock settling = new ReentrantLock();

    Copies(ClusterMember member, String cluster) {
        this.member = member;
        this.cluster = cluster;
    }

    void oneLeft() {
        departures.incrementAndGet();
    }

    /** See {@link ClusterMember#writeAllCopies}. */
    void write(IntSupplier write, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        int before;
        do {
            before = departures.get();
            compareView(write.getAsInt());
            awaitCopies(deadline);
        } while (departures.get() != before && System.nanoTime() - deadline < 0);
        if (departures.get() != before) {
            throw makingCopies();
        }
    }

    private HttpError makingCopies() {
        return HttpError.unavailable("the " + cluster
                + " cluster is still making copies of what a lost member held; send the request again");
    }

    /** An owner that sees fewer members than this one knows of a departure that this one will hear of. */
    private void compareView(int seenByOwners) {
        if (seenByOwners < member.hazelcast().getCluster().getMembers().size()) {
            departures.incrementAndGet();
        }
    }

    private void awaitCopies(long deadline) {
        if (settled()) {
            return;
        }
        int seen = departures.get();
        awaitSettled(seen, deadline);
        if (settledDepartures < seen) {
            throw makingCopies();
        }
        if (!member.writable()) {
            throw HttpError.unavailable("the " + cluster
                    + " cluster has just lost too many members to keep what is written; start one and send again");
        }
    }

    /** Whether the cluster has been seen to be safe since a member left last. */
    boolean settled() {
        return settledDepartures >= departures.get();
    }

    private void awaitSettled(int seen, long deadline) {
        try {
            while (settledDepartures < seen && settling.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                try {
                    settle();
                } finally {
                    settling.unlock();
                }
                if (System.nanoTime() - deadline > 0) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void settle() throws InterruptedException {
        int now = departures.get();
        if (settledDepartures == now) {
            return;
        }
        if (member.hazelcast().getPartitionService().isClusterSafe()) {
            settledDepartures = now;
        } else {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }
}
