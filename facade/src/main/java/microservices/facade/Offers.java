package microservices.facade;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import microservices.concurrent.Worker;
import microservices.queue.MessageQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers batches into the queue that are kept already, on a thread of its own, so that no post waits for the queue. What
 * it has not offered when the process ends, or has no room for, {@link Forgotten} offers some seconds later.
 */
final class Offers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

    private static final int MOST_WAITING = 10_000;
    private static final int MOST_AT_ONCE = 500;
    /** It offers no sooner than this again: what is kept meanwhile is offered together. */
    private static final Duration BETWEEN_OFFERS = Duration.ofMillis(20);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final MessageQueue queue;
    private final BlockingQueue<UUID> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Worker worker = new Worker("offers", this::offer, PAUSE_AFTER_FAILURE, STOP);

    /** Owned by the thread: when it offered last (nanoTime). */
    private long last = System.nanoTime();

    Offers(MessageQueue queue) {
        this.queue = queue;
    }

    /** To be called once the member has started. */
    void start() {
        worker.start();
    }

    /** Has batches offered soon. */
    void add(List<UUID> batches) {
        for (UUID batch : batches) {
            if (!waiting.offer(batch)) {
                LOG.debug("{} reaches the queue later", batch);
            }
        }
        worker.wake();
    }

    private Duration offer() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(last + BETWEEN_OFFERS.toNanos() - System.nanoTime());
        last = System.nanoTime();
        List<UUID> batches = new ArrayList<>();
        while (waiting.drainTo(batches, MOST_AT_ONCE) > 0) {
            queue.offer(batches);
            batches.clear();
        }
        return Worker.UNTIL_WOKEN;
    }

    /** Ends the thread; what it is offering is finished first, if that does not take long. */
    @Override
    public void close() {
        worker.close();
    }
}
