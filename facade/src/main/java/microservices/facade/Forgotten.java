package microservices.facade;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import microservices.cluster.ClusterMember;
import microservices.concurrent.Pause;
import microservices.concurrent.Worker;
import microservices.ledger.Holding;
import microservices.ledger.Ledger;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;
import microservices.queue.QueueCluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after batches in the ledger that nobody has claimed. Those that are in the log though the queue is empty were lost
 * on their way through it, and are offered again. Those that are not in the log will not be, since their facade broke off:
 * they are withdrawn. Runs on a thread of its own, every two seconds; a failed round loses nothing: the next one does it. The
 * facades share the work, and do each other's some seconds later.
 */
final class Forgotten implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Forgotten.class);

    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** It pauses for this many times as long as a look through the ledger takes. */
    private static final int PAUSE_FACTOR = 50;
    /** For a look that took long because it had to wait. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** How long a batch may stand unclaimed beside an empty queue: longer than any take needs to become a claim. */
    private static final Duration GRACE = Duration.ofSeconds(5);
    /** After this no facade says 201 to what was not logged before, see {@link Keeper#PATIENCE}. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(15);

    private static final Duration STOP = Duration.ofSeconds(5);
    /** How many batches one operation offers. */
    private static final int CHUNK = 100;

    private final ClusterMember member;
    private final Ledger ledger;
    private final MessageQueue queue;
    private final LogClient log;
    private final Duration grace;
    private final Duration givenUp;
    private final LongAdder offered = new LongAdder();
    private final Worker worker = new Worker("forgotten", this::step, PERIOD, STOP);

    /** Owned by the thread: since when (nanoTime) each batch has been seen unclaimed. */
    private final Map<UUID, Long> unclaimedSince = new HashMap<>();
    /** Owned by the thread: those of them that were seen in the log. */
    private final Set<UUID> logged = new HashSet<>();

    /** Owned by the thread: how long the last look through the ledger took. */
    private long lookNanos;

    /** Opens nothing yet. */
    Forgotten(ClusterMember member, Ledger ledger, MessageQueue queue, LogClient log) {
        this(member, ledger, queue, log, GRACE, GIVEN_UP);
    }

    Forgotten(
            ClusterMember member, Ledger ledger, MessageQueue queue, LogClient log, Duration grace, Duration givenUp) {
        this.member = member;
        this.ledger = ledger;
        this.queue = queue;
        this.log = log;
        this.grace = grace;
        this.givenUp = givenUp;
    }

    /** How many messages it has offered again. */
    LongAdder offered() {
        return offered;
    }

    /** To be called once the member has started. */
    void start() {
        worker.start();
    }

    private Duration step() {
        try {
            if (member.writable()) {
                look();
            }
        } catch (Refusal e) {
            LOG.debug("What nobody has claimed cannot be looked after now", e);
        }
        return Pause.after(Duration.ofNanos(lookNanos), PAUSE_FACTOR, PERIOD, LONGEST_PAUSE);
    }

    /** One round. */
    void look() {
        long begun = System.nanoTime();
        Set<UUID> unclaimed = ledger.waiting().toSet();
        long now = System.nanoTime(); // after it, since a look that had to wait may have found what is newer than its
        // begin
        lookNanos = now - begun;
        unclaimedSince.keySet().retainAll(unclaimed);
        logged.retainAll(unclaimed);
        unclaimed.forEach(id -> unclaimedSince.putIfAbsent(id, now));

        QueueCluster.Share share = QueueCluster.shareAmongFacades(member);
        List<UUID> overdue = olderThan(grace, share, now);
        List<UUID> unknown = without(logged, overdue);
        if (!unknown.isEmpty()) {
            logged.addAll(log.having(unknown));
        }
        List<UUID> lost = overdue.stream().filter(logged::contains).toList();
        if (!lost.isEmpty() && !QueueCluster.liveHolders(member.hazelcast()).isEmpty() && queue.isEmpty()) {
            offer(lost);
        }
        List<UUID> givenUpOn = without(logged, olderThan(givenUp, share, now));
        if (!givenUpOn.isEmpty()) {
            withdraw(without(log.having(givenUpOn), givenUpOn));
        }
    }

    private static List<UUID> without(Set<UUID> some, List<UUID> ids) {
        return ids.stream().filter(id -> !some.contains(id)).toList();
    }

    /** Those of this facade's share, and later of another one's, which may not be able to. */
    private List<UUID> olderThan(Duration age, QueueCluster.Share share, long now) {
        return unclaimedSince.entrySet().stream()
                .filter(one -> now - one.getValue() >= (share.includes(one.getKey()) ? age : age.plus(grace)).toNanos())
                .map(Map.Entry::getKey)
                .sorted(BatchIds.ORDER)
                .toList();
    }

    private void offer(List<UUID> ids) {
        for (int from = 0; from < ids.size(); from += CHUNK) {
            List<UUID> chunk = ids.subList(from, Math.min(ids.size(), from + CHUNK));
            int messages = ledger.holdings(Set.copyOf(chunk)).values().stream()
                    .mapToInt(Holding::messages)
                    .sum();
            if (!queue.offer(chunk)) {
                return;
            }
            chunk.forEach(unclaimedSince::remove);
            offered.add(messages);
            LOG.info("Offered {} messages again that nobody had claimed", messages);
        }
    }

    private void withdraw(List<UUID> ids) {
        if (!ids.isEmpty()) {
            Set<UUID> withdrawn = ledger.withdraw(ids);
            LOG.info("Withdrew {} batches that were never logged", withdrawn.size());
        }
    }

    /** Ends the thread; a round under way is finished first. */
    @Override
    public void close() {
        worker.close();
    }
}
