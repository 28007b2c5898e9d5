package microservices.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import microservices.cluster.ClusterMember;
import microservices.concurrent.LastAnswer;
import microservices.concurrent.Pause;
import microservices.concurrent.Worker;
import microservices.ledger.Holding;
import microservices.ledger.Ledger;
import microservices.message.BatchIds;
import microservices.metrics.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after this member's share of the ledger: what a replica held that is gone is offered again. Runs on a thread of its
 * own, every two seconds and whenever a member comes or goes; {@link #close} ends it within a call's time. A failed round
 * loses nothing: the next one does it.
 */
public final class Sweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** How soon it looks again while there is more to offer than fits. */
    private static final Duration PERIOD_WITH_BACKLOG = Duration.ofMillis(200);

    private static final Duration STOP = Duration.ofSeconds(5);
    /** How long what was found is worth telling: longer than the longest pause and a sweep. */
    private static final Duration VALID = Duration.ofSeconds(30);

    /** How many batches one operation releases. */
    private static final int CHUNK = 100;
    /** A sweep pauses for this many times as long as it took, so it costs 2 % of a core, or little more if it takes long. */
    private static final int PAUSE_FACTOR = 50;
    /** The same while there is something to offer: a fifth of a core at most. */
    private static final int PAUSE_FACTOR_WITH_BACKLOG = 4;
    /** For a sweep that took long because it had to wait. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final ClusterMember member;
    private final Ledger ledger;
    private final MessageQueue queue;
    private final QueueRoom room;
    private final Worker worker;

    /** What waits in this member's share. Written by the thread that sweeps. */
    private final LastAnswer<WaitingShare> waiting = new LastAnswer<>(VALID);

    private final LongAdder ofGoneHolders = new LongAdder();

    /** Opens nothing yet. */
    public Sweeper(ClusterMember member, Ledger ledger, MessageQueue queue, QueueRoom room) {
        this.member = member;
        this.ledger = ledger;
        this.queue = queue;
        this.room = room;
        this.worker = new Worker("sweeper", this::step, PERIOD, STOP);
    }

    /**
     * Adds what a sweep finds and does: in this member's share of the ledger, so that all members together have all.
     *
     * @param others how many messages others in this process have offered again, by their reason
     */
    public void addTo(Metrics metrics, Map<String, LongAdder> others) {
        Map<String, LongAdder> offered = new HashMap<>(others);
        offered.put("holder_gone", ofGoneHolders);
        metrics.gauge(
                "message_service_waiting_messages",
                "Messages that nobody holds, in this member's share of the ledger.",
                () -> waiting.number(WaitingShare::messages));
        metrics.gauge(
                "message_service_oldest_waiting_seconds",
                "How long the oldest of these messages had waited when it was looked for last; 0 if none waits.",
                () -> waiting.number(WaitingShare::oldestSeconds));
        metrics.gauge(
                "message_service_sweep_age_seconds",
                "How long ago this member last looked through its share of the ledger.",
                waiting::ageSeconds);
        metrics.counters(
                "message_service_offered_again_messages_total",
                "Messages that were offered again, since their holder was gone or nobody had claimed them.",
                "reason",
                offered);
        room.addTo(metrics);
    }

    /** To be called once the member has started. */
    public void start() {
        member.onChange(worker::wake);
        worker.start();
    }

    private Duration step() {
        long begun = System.nanoTime();
        boolean more = member.writable() && sweep();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        return more
                ? Pause.after(took, PAUSE_FACTOR_WITH_BACKLOG, PERIOD_WITH_BACKLOG, LONGEST_PAUSE)
                : Pause.after(took, PAUSE_FACTOR, PERIOD, LONGEST_PAUSE);
    }

    /**
     * One round. While no messages replica is there nothing is offered again: nobody would take it from the queue.
     *
     * @return whether there is more to offer than fits
     */
    boolean sweep() {
        Set<UUID> live = QueueCluster.liveHolders(member.hazelcast());
        if (live.isEmpty()) {
            waiting.set(WaitingShare.of(ledger.localWaiting()));
            return false;
        }
        Map<UUID, Holding> unheld = ledger.localNotHeldBy(live);
        waiting.set(WaitingShare.of(unheld));
        Set<UUID> gone = new HashSet<>();
        unheld.values().forEach(holding -> holding.holder().ifPresent(gone::add));
        // Asked once more, after the holders were read: a replica that has just joined is not gone.
        gone.removeAll(QueueCluster.liveHolders(member.hazelcast()));
        List<UUID> ofGone = new ArrayList<>();
        unheld.forEach((id, holding) -> {
            if (holding.holder().filter(gone::contains).isPresent()) {
                ofGone.add(id);
            }
        });
        return release(ofGone, gone);
    }

    /**
     * Releases what fits into the queue, or one batch more, and offers it at once; the rest keeps its holder until the
     * next round.
     */
    private boolean release(List<UUID> ids, Set<UUID> gone) {
        if (ids.isEmpty()) {
            return false;
        }
        ids.sort(BatchIds.ORDER);
        long fitting = room.toOfferAgain(ledger.countWaiting());
        int messages = 0;
        int from = 0;
        while (from < ids.size() && messages < fitting) {
            int to = Math.min(ids.size(), from + chunk(from, messages, fitting - messages));
            Map<UUID, Integer> released = ledger.release(ids.subList(from, to), gone);
            messages += released.values().stream().mapToInt(Integer::intValue).sum();
            if (!released.isEmpty()) {
                queue.offer(released.keySet().stream().sorted(BatchIds.ORDER).toList());
            }
            from = to;
        }
        ofGoneHolders.add(messages);
        if (messages > 0) {
            LOG.info("Offered {} messages again that a replica held which is gone", messages);
        }
        return from < ids.size();
    }

    /** How many batches are likely to fit into the room left, as those before had so many messages. */
    private static int chunk(int batches, int messages, long left) {
        if (messages == 0) {
            return 1;
        }
        return (int) Math.max(1, Math.min(Math.min(CHUNK, batches), left * batches / messages));
    }

    /** Ends the thread; a sweep under way is finished first. */
    @Override
    public void close() {
        worker.close();
    }
}
