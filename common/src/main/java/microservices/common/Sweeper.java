package microservices.common;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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
    /** How long a message may stand unclaimed beside an empty queue: longer than any take needs to become a claim. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final int CHUNK = 500;
    /** A sweep pauses for this many times as long as it took, so it costs 2 % of a core at most. */
    private static final int PAUSE_FACTOR = 50;

    private final ClusterMember member;
    private final Duration grace;
    private final Thread thread = new Thread(this::run, "sweeper");
    private final Semaphore wakeUps = new Semaphore(0);

    private volatile boolean closed;

    /** Owned by the thread that sweeps: since when (nanoTime) each message has been seen unclaimed. */
    private final Map<String, Long> unclaimedSince = new HashMap<>();

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
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                wakeUps.release();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                wakeUps.release();
            }
        });
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
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("A sweep failed and will be repeated: {}", e.getMessage());
                    LOG.debug("A sweep failed", e);
                }
            }
            pause(Math.max(PERIOD.toNanos(), PAUSE_FACTOR * (System.nanoTime() - start)));
        }
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

    /** One round. */
    void sweep() {
        Map<String, UUID> unheld = ledger.localNotHeldBy(liveHolders());
        Set<UUID> gone = new HashSet<>(unheld.values());
        gone.remove(null);
        // Asked once more, after the holders were read: a replica that has just joined is not gone.
        gone.removeAll(liveHolders());
        releaseAndOffer(unheld, gone);
        offerForgotten(unheld);
    }

    private void releaseAndOffer(Map<String, UUID> unheld, Set<UUID> gone) {
        Set<String> ids = new HashSet<>();
        unheld.forEach((id, holder) -> {
            if (gone.contains(holder)) {
                ids.add(id);
            }
        });
        if (!ids.isEmpty()) {
            List<String> released = ledger.release(ids, gone);
            LOG.info("Offering {} messages again that a replica held which is gone", released.size());
            offerAgain(released);
        }
    }

    /** An unclaimed message is usually in the queue, or on its way; it is forgotten only if the queue is empty. */
    private void offerForgotten(Map<String, UUID> unheld) {
        long now = System.nanoTime();
        Set<String> unclaimed = new HashSet<>();
        unheld.forEach((id, holder) -> {
            if (holder == null) {
                unclaimed.add(id);
            }
        });
        unclaimedSince.keySet().retainAll(unclaimed);
        unclaimed.forEach(id -> unclaimedSince.putIfAbsent(id, now));
        List<String> overdue = unclaimedSince.entrySet().stream()
                .filter(since -> now - since.getValue() >= grace.toNanos())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!overdue.isEmpty() && queue.isEmpty()) {
            LOG.info("Offering {} messages again that nobody has claimed", overdue.size());
            offerAgain(overdue);
            overdue.forEach(unclaimedSince::remove);
        }
    }

    private void offerAgain(List<String> ids) {
        for (int from = 0; from < ids.size(); from += CHUNK) {
            if (!queue.offerAgain(ids.subList(from, Math.min(ids.size(), from + CHUNK)))) {
                LOG.info("The queue is full; the rest is offered when it has emptied");
                return;
            }
        }
    }

    private Set<UUID> liveHolders() {
        Set<UUID> holders = new HashSet<>();
        for (Member other : hazelcast.getCluster().getMembers()) {
            String holder = other.getAttribute(MemberConfig.HOLDER);
            if (holder != null) {
                holders.add(UUID.fromString(holder));
            }
        }
        return holders;
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
