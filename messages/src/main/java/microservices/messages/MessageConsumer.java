package microservices.messages;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import microservices.cluster.ClusterMember;
import microservices.concurrent.Worker;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.Message;
import microservices.message.MessageText;
import microservices.metrics.Metrics;
import microservices.queue.MessageQueue;
import microservices.recent.Recent;
import microservices.recent.RecentBatches;
import microservices.service.LogOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages from the queue, on a thread of its own, until it is closed: takes ids of batches, claims them in the
 * ledger, and puts those that it won into the store. Nothing is lost when it ends at any point: what was taken and not
 * claimed is offered again by a facade, and what was claimed by a replica that is gone, by the sweep.
 */
final class MessageConsumer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MessageConsumer.class);

    /** Of a backlog it takes few batches at a time, and more while more are there, so that others get their share. */
    private static final int MOST_AT_ONCE = 128;
    /** Two, so that getting only one batch shows that the queue is empty. */
    private static final int LEAST_AT_ONCE = 2;

    private static final int MOST_MESSAGES_AT_ONCE = 1000;
    /** Once it has emptied the queue it takes no sooner than this again: what comes meanwhile is claimed together. */
    private static final Duration BETWEEN_TAKES = Duration.ofMillis(50);
    /** Short, since a wait at another member's queue cannot be interrupted and the stop waits for it. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);
    private static final Duration STOP = Duration.ofSeconds(6);

    private final ClusterMember member;
    private final MessageQueue queue;
    private final Ledger ledger;
    private final MessageStore store;
    private final RecentBatches recent;
    private final UUID holder;
    private final HoldingCheck check;
    private final Worker worker = new Worker("message-consumer", this::step, PAUSE_AFTER_FAILURE, STOP);

    private final LongAdder lost = new LongAdder();

    /** Owned by the thread: how many batches it takes at once, and how many messages a batch has lately. */
    private int atOnce = LEAST_AT_ONCE;

    private int batchSize = 1;

    /** Owned by the thread: when it last took something (nanoTime), and whether nothing was left. */
    private long lastTaken = System.nanoTime();

    private boolean emptied;

    /**
     * Opens nothing yet.
     *
     * @param holder by what this replica claims; the member has the same as an attribute
     */
    MessageConsumer(
            ClusterMember member,
            MessageQueue queue,
            Ledger ledger,
            MessageStore store,
            RecentBatches recent,
            UUID holder) {
        this.member = member;
        this.queue = queue;
        this.ledger = ledger;
        this.store = store;
        this.recent = recent;
        this.holder = holder;
        this.check = new HoldingCheck(member, ledger, store, recent, holder);
    }

    void addTo(Metrics metrics) {
        metrics.gauge("message_service_held_messages", "Messages that this replica holds.", store::size);
        metrics.counter(
                "message_service_claims_lost_total",
                "Batches that this replica has taken from the queue, and another one holds.",
                lost);
    }

    /** To be called once the member has started. */
    void start() {
        worker.start();
    }

    /** Whether the list has been compared with the ledger since this replica was last apart from others. */
    boolean isCurrent() {
        return check.isCurrent();
    }

    private Duration step() throws InterruptedException {
        if (!member.writable() || member.merging()) {
            return PAUSE_AFTER_FAILURE;
        }
        tell(check.runIfDue());
        take();
        return Duration.ZERO;
    }

    private void take() throws InterruptedException {
        if (emptied) {
            TimeUnit.NANOSECONDS.sleep(lastTaken + BETWEEN_TAKES.toNanos() - System.nanoTime());
        }
        List<UUID> ids = queue.take(atOnce, WAIT);
        if (ids.isEmpty()) {
            return;
        }
        lastTaken = System.nanoTime();
        emptied = ids.size() < atOnce;
        List<Batch> won = claim(ids);
        lost.add(ids.size() - won.size());
        // A batch may be offered twice, and who holds it wins the claim again: told once all the same.
        tell(store.add(won));
        won.forEach(batch -> batchSize = Math.max(1, (batchSize + batch.size()) / 2));
        int most = Math.max(1, Math.min(MOST_AT_ONCE, MOST_MESSAGES_AT_ONCE / batchSize));
        atOnce = Math.min(most, emptied ? Math.max(LEAST_AT_ONCE, ids.size()) : 2 * atOnce);
    }

    private void tell(List<Batch> batches) {
        recent.add(Recent.Kind.HELD, batches);
        LogOutput.atOnce(() -> batches.forEach(batch -> batch.messages().forEach(MessageConsumer::tell)));
    }

    private static void tell(Message message) {
        LOG.info(
                "Received and removed message from MQ: text='{}' identifier='{}'",
                MessageText.onOneLine(message.text()),
                message.id());
    }

    /** Repeats a claim until it is answered: the ledger may have us as the holder of what we have not stored. */
    private List<Batch> claim(List<UUID> ids) throws InterruptedException {
        while (true) {
            try {
                return ledger.claim(ids, holder);
            } catch (RuntimeException e) {
                if (worker.closed()) {
                    return List.of();
                }
                LOG.warn("Claiming {} batches once more: {}", ids.size(), e.getMessage());
                TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAILURE.toMillis());
            }
        }
    }

    /** Ends the thread; what it has taken is claimed and stored first. */
    @Override
    public void close() {
        worker.close();
    }
}
