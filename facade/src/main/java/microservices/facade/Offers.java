package microservices.facade;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.cluster.ClusterMember;
import microservices.queue.MessageQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers into the queue what is kept already, on a thread of its own, so that no post waits for the queue. What it has
 * not offered when the process ends, or has no room for, the sweep offers some seconds later.
 */
final class Offers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Offers.class);

    /** Two facades with that many leave the queue's headroom to others. */
    private static final int MOST_WAITING = 10_000;

    private static final int MOST_AT_ONCE = 500;

    private final ClusterMember member;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    /** Added and not yet in the queue. */
    private final AtomicInteger pending = new AtomicInteger();

    private final Thread thread = new Thread(this::run, "offers");

    private volatile boolean closed;

    Offers(ClusterMember member) {
        this.member = member;
    }

    /** To be called once the member has started. */
    void start() {
        thread.start();
    }

    /** Has messages offered soon, by their ids. */
    void add(List<String> ids) {
        for (String id : ids) {
            pending.incrementAndGet();
            if (!waiting.offer(id)) {
                pending.decrementAndGet();
                LOG.debug("{} reaches the queue by the sweep", id);
            }
        }
    }

    /** How many messages need room in the queue before all others. */
    int pending() {
        return pending.get();
    }

    private void run() {
        try {
            MessageQueue queue = new MessageQueue(member.hazelcast());
            while (true) {
                List<String> ids = next();
                queue.offer(ids);
                pending.addAndGet(-ids.size());
            }
        } catch (InterruptedException e) {
            LOG.debug("{} ends", Thread.currentThread().getName());
        } catch (RuntimeException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private List<String> next() throws InterruptedException {
        List<String> ids = new ArrayList<>();
        ids.add(waiting.take());
        waiting.drainTo(ids, MOST_AT_ONCE - 1);
        return ids;
    }

    /** Ends the thread; what it is offering is finished first, if that does not take long. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
