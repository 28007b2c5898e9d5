package microservices.queue;

import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import microservices.cluster.Chunks;
import microservices.cluster.ClusterMember;
import microservices.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after this member's share of the ledger: what a replica held that is gone, or what nobody has claimed though
 * the queue is empty, is offered again. Runs on a thread of its own, every two seconds and whenever a member comes or
 * goes; {@link #close} ends it within a call's time. A failed round loses nothing: the next one does it.
 */
public final class Sweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    static final Duration PERIOD = Duration.ofSeconds(2);
    /** How soon it looks again while the queue has no room for all that it has to offer. */
    private static final Duration PERIOD_WITH_BACKLOG = Duration.ofMillis(200);
    /** How long a message may stand unclaimed beside an empty queue: longer than any take needs to become a claim. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final int CHUNK = 500;
    /** A sweep pauses for this many times as long as it took, so it costs 2 % of a core, or little more if it takes long. */
    private static final int PAUSE_FACTOR = 50;
    /** The same while there is something to offer: a fifth of a core at most. */
    private static final int PAUSE_FACTOR_WITH_BACKLOG = 4;
    /** For a sweep that took long because it had to wait. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final ClusterMember member;
    private final Duration grace;
    private final Thread thread = new Thread(this::run, "sweeper");
    private final Semaphore wakeUps = new Semaphore(0);

    private volatile boolean closed;

    /** Owned by the thread that sweeps: since when (nanoTime) each message has been seen unclaimed. */
    private final Map<String, Long> unclaimedSince = new HashMap<>();
    /** Owned by the same thread: what it has released and the queue had no room for, in the order of acceptance. */
    private final Set<String> backlog = new LinkedHashSet<>();

    private HazelcastInstance hazelcast;
    private MessageQueue queue;
    private Ledger ledger;

    public Sweeper(ClusterMember member) {
        this(member, GRACE);
    }

    Sweeper(ClusterMember member, Duration grace) {
        this.member = member;
        this.grace = grace;
    }

    /** To be called once the member has started. */
    public void start() {
        open();
        member.onChange(wakeUps::release);
        thread.start();
    }

    void open() {
        hazelcast = member.hazelcast();
        queue = new MessageQueue(hazelcast);
        ledger = new Ledger(hazelcast);
    }

    private void run() {
        while (!closed) {
            long start = System.nanoTime();
            try {
                if (member.writable()) {
                    sweep();
                }
                pause(pauseAfter(System.nanoTime() - start));
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("A sweep failed and will be repeated: {}", e.getMessage());
                    LOG.debug("A sweep failed", e);
                }
                pause(PERIOD.toNanos());
            }
        }
    }

    private long pauseAfter(long nanos) {
        long pause = backlog.isEmpty()
                ? Math.max(PERIOD.toNanos(), PAUSE_FACTOR * nanos)
                : Math.max(PERIOD_WITH_BACKLOG.toNanos(), PAUSE_FACTOR_WITH_BACKLOG * nanos);
        return Math.min(pause, LONGEST_PAUSE.toNanos());
    }

    private void pause(long nanos) {
        try {
            wakeUps.tryAcquire(nanos, TimeUnit.NANOSECONDS);
            wakeUps.drainPermits();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** One round. While no messages replica is there nothing is offered again: nobody would take it from the queue. */
    void sweep() {
        Set<UUID> live = QueueCluster.liveHolders(hazelcast);
        if (live.isEmpty()) {
            return;
        }
        Map<String, UUID> unheld = ledger.localNotHeldBy(live);
        Set<UUID> gone = new HashSet<>(unheld.values());
        gone.remove(null);
        // Asked once more, after the holders were read: a replica that has just joined is not gone.
        gone.removeAll(QueueCluster.liveHolders(hazelcast));
        Set<String> unclaimed = idsHeldBy(Objects::isNull, unheld);
        backlog.retainAll(unclaimed);
        unclaimed.removeAll(backlog);
        release(unheld, gone);
        offer(backlog);
        offerForgotten(unclaimed);
    }

    private static Set<String> idsHeldBy(Predicate<UUID> which, Map<String, UUID> holders) {
        Set<String> ids = new HashSet<>();
        holders.forEach((id, holder) -> {
            if (which.test(holder)) {
                ids.add(id);
            }
        });
        return ids;
    }

    private void release(Map<String, UUID> unheld, Set<UUID> gone) {
        List<String> ids = idsHeldBy(gone::contains, unheld).stream().sorted().toList();
        for (List<String> chunk : Chunks.of(ids, CHUNK)) {
            List<String> released = ledger.release(Set.copyOf(chunk), gone);
            LOG.info("Offering {} messages again that a replica held which is gone", released.size());
            backlog.addAll(released);
        }
    }

    /** An unclaimed message is usually in the queue, or on its way; it is forgotten only if the queue is empty. */
    private void offerForgotten(Set<String> unclaimed) {
        long now = System.nanoTime();
        unclaimedSince.keySet().retainAll(unclaimed);
        unclaimed.forEach(id -> unclaimedSince.putIfAbsent(id, now));
        Set<String> overdue = new TreeSet<>();
        unclaimedSince.forEach((id, since) -> {
            if (now - since >= grace.toNanos()) {
                overdue.add(id);
            }
        });
        if (!overdue.isEmpty() && queue.isEmpty()) {
            LOG.info("Offering {} messages again that nobody has claimed", overdue.size());
            Set<String> offered = new HashSet<>(overdue);
            offer(overdue);
            offered.removeAll(overdue);
            unclaimedSince.keySet().removeAll(offered);
        }
    }

    /** Takes out what could be offered; the rest is for later, when the queue has room. */
    private void offer(Set<String> ids) {
        while (!ids.isEmpty()) {
            List<String> chunk = ids.stream().limit(CHUNK).toList();
            int taken = queue.offerAgain(chunk);
            chunk.subList(0, taken).forEach(ids::remove);
            if (taken < chunk.size()) {
                return;
            }
        }
    }

    /** Ends the thread; a sweep under way is finished first. */
    @Override
    public void close() {
        closed = true;
        wakeUps.release();
        if (thread.isAlive()) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
