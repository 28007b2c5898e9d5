package microservices.facade;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import microservices.cluster.ClusterMember;
import microservices.concurrent.Deadline;
import microservices.concurrent.Pause;
import microservices.concurrent.Worker;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.queue.QueueCluster;
import microservices.queue.QueueRoom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has everything delivered that is in the log: compares the ids of all batches in the log with those in the ledger, and
 * registers and offers what the ledger lacks, for whatever reason it does. Runs on a thread of its own: when the facade
 * starts, after every change of members, soon after a post of whose batch it is not known whether it is in both, and every
 * few minutes; what fails is repeated. Costs 16 bytes a batch to fetch, page by page. A batch that is between log and ledger
 * at that moment may be registered twice, which is once.
 */
final class LogComparison implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogComparison.class);

    /** Members come and go one after another, and are soon busy making copies. */
    private static final Duration CALM = Duration.ofSeconds(1);

    private static final Duration PERIOD = Duration.ofMinutes(3);
    /** The same while a batch is in doubt: longer than a client waits, so that posts which fail in a row cost little. */
    private static final Duration PERIOD_IN_DOUBT = Duration.ofSeconds(10);
    /** For so long a batch is in doubt: a logging replica that was cut off may bring it back some time later. */
    private static final Duration DOUBT = Duration.ofMinutes(1);
    /** How soon it looks again whether the cluster is there. */
    private static final Duration NOT_YET = Duration.ofMillis(200);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(5);
    /** For one write of what the ledger lacks. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    /** How many batches are read and registered side by side. */
    private static final int AT_ONCE = 128;
    /** How long it waits for room in the queue at most before it goes on all the same. */
    private static final Duration ROOM_PATIENCE = Duration.ofSeconds(1);

    private static final Duration ROOM_POLL = Duration.ofMillis(100);

    private final ClusterMember member;
    private final LogClient log;
    private final Ledger ledger;
    private final QueueRoom room;
    private final Offers offers;
    private final Duration roomPatience;
    private final Worker worker = new Worker("log-comparison", this::step, PAUSE_AFTER_FAILURE, STOP);

    /** Owned by the thread: how many changes of members it has seen, and when it last compared (nanoTime). */
    private long seenChanges = -1;

    private long compared;

    /** Owned by the thread: how many messages it may register before it asks again whether there is room. */
    private long fitting;

    private final LongAdder delivered = new LongAdder();

    /** When a batch last came into doubt (nanoTime), which may be in the log and not in the ledger. */
    private volatile long doubted = System.nanoTime() - DOUBT.toNanos();
    /** Whether log and ledger have been compared since this facade started. */
    private volatile boolean done;

    LogComparison(ClusterMember member, LogClient log, Ledger ledger, QueueRoom room, Offers offers) {
        this(member, log, ledger, room, offers, ROOM_PATIENCE);
    }

    LogComparison(
            ClusterMember member, LogClient log, Ledger ledger, QueueRoom room, Offers offers, Duration roomPatience) {
        this.member = member;
        this.log = log;
        this.ledger = ledger;
        this.room = room;
        this.offers = offers;
        this.roomPatience = roomPatience;
    }

    void addTo(Metrics metrics) {
        metrics.counter(
                "message_service_compared_messages_total",
                "Messages of the log that a comparison has delivered, since the ledger did not have them.",
                delivered);
    }

    /** To be called once the member has started. */
    void start() {
        member.onChange(worker::wake);
        worker.start();
    }

    /** A batch may be in the log and not in the ledger. */
    void doubt() {
        boolean known = inDoubt();
        doubted = System.nanoTime();
        if (!known) {
            worker.wake();
        }
    }

    private boolean inDoubt() {
        return System.nanoTime() - doubted < DOUBT.toNanos();
    }

    /** What health says is missing: nothing, once log and ledger have been compared. */
    List<String> missing() {
        return done ? List.of() : List.of("the log has not been compared with the ledger yet");
    }

    private Duration step() {
        if (!member.writable() || member.merging()) {
            return NOT_YET;
        }
        long changes = member.changes();
        if (done && changes != seenChanges) {
            seenChanges = changes;
            compared = System.nanoTime() - PERIOD.toNanos(); // due when it has been calm for a while
            return CALM;
        }
        Duration left = period().minusNanos(System.nanoTime() - compared);
        if (done && left.compareTo(Duration.ZERO) > 0) {
            return left;
        }
        seenChanges = changes;
        return tryToCompare() && member.changes() == changes ? period() : PAUSE_AFTER_FAILURE;
    }

    private Duration period() {
        return inDoubt() ? PERIOD_IN_DOUBT : PERIOD;
    }

    private boolean tryToCompare() {
        boolean doubtful = inDoubt();
        try {
            int missing = compare();
            if (missing > 0) {
                LOG.info("{} messages of the log were not in the ledger, and are delivered now", missing);
            }
            compared = System.nanoTime();
            done = true;
            return true;
        } catch (Refusal e) {
            doubted = doubtful ? System.nanoTime() : doubted;
            LOG.debug("Log and ledger cannot be compared yet", e);
            return false;
        }
    }

    /**
     * Compares the whole log, as it is when this begins. While posts arrive there are always more ids to come; but a page
     * that is shorter than one before is the last of those that count: what follows was logged meanwhile, and is on its way
     * into the ledger. A replica that is cut off from others is not asked: the others may have given a key that stands in its
     * log to another attempt, and then this one is dropped when they find each other again.
     *
     * @return how many messages the ledger did not have
     * @throws Refusal 503 if log or ledger cannot be read or written, or only one that is cut off from others
     */
    int compare() {
        long begun = System.nanoTime();
        int messages = 0;
        int longest = 0;
        List<UUID> page = log.idsAfter(BatchIds.FIRST, Duration.ZERO);
        while (!page.isEmpty() && !worker.closed()) {
            messages += deliver(page);
            longest = Math.max(longest, page.size());
            UUID last = page.get(page.size() - 1);
            page = page.size() < longest ? List.of() : log.idsAfter(last, Duration.ofNanos(System.nanoTime() - begun));
        }
        return messages;
    }

    private List<UUID> missing(List<UUID> page) {
        Set<UUID> known = ledger.between(page.get(0), page.get(page.size() - 1)).toSet();
        return page.stream().filter(id -> !known.contains(id)).toList();
    }

    /** Facades that compare at the same time share the work: each begins with its part of what is missing. */
    private int deliver(List<UUID> page) {
        List<UUID> missing = missing(page);
        if (missing.isEmpty()) {
            return 0;
        }
        QueueCluster.Share share = QueueCluster.shareAmongFacades(member);
        int messages = register(missing.stream().filter(share::includes).toList());
        List<UUID> others = missing.stream().filter(id -> !share.includes(id)).toList();
        return messages + register(others.isEmpty() ? others : missing(others));
    }

    private int register(List<UUID> missing) {
        int messages = 0;
        for (int from = 0; from < missing.size() && !worker.closed(); ) {
            awaitRoom();
            List<Batch> batches = log.read(missing.subList(from, Math.min(missing.size(), from + AT_ONCE)));
            ledger.register(batches, Deadline.in(PATIENCE));
            offers.add(batches.stream().map(Batch::id).toList());
            int registered = batches.stream().mapToInt(Batch::size).sum();
            fitting -= registered;
            messages += registered;
            from += batches.size();
        }
        delivered.add(messages);
        return messages;
    }

    /**
     * Leaves half of the queue to new messages, as the log may have far more than the queue takes. Goes on after a while if
     * they take the other half, too.
     */
    private void awaitRoom() {
        Deadline deadline = Deadline.in(roomPatience);
        while (fitting <= 0 && !worker.closed()) {
            fitting = room.toOfferAgain(ledger.countWaiting());
            if (fitting <= 0 && (deadline.passed() || !Pause.of(ROOM_POLL))) {
                return;
            }
        }
    }

    /** Ends the thread; a comparison under way ends after its page. */
    @Override
    public void close() {
        worker.close();
    }
}
