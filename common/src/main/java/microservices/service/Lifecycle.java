package microservices.service;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the parts of a service in order, and stops them in the reverse order when the process is asked to end (SIGTERM,
 * SIGINT): whatever was started is registered to be stopped. A step of the stop that fails is logged and does not keep
 * the others from running.
 */
public final class Lifecycle {

    /** How a part is started. */
    public interface Start {
        void run() throws Exception;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private final String replica;

    /** Guarded by this. The last one stops first. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    /** Guarded by this: stops before all others. */
    private AutoCloseable door = () -> {};

    /** Guarded by this. */
    private boolean stopped;

    public Lifecycle(String replica) {
        this.replica = replica;
    }

    /** Arranges for {@link #stop} to be called when the process is asked to end. */
    public Lifecycle register() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
        return this;
    }

    /**
     * Starts the part that clients see: it opens first, so that its health can be asked, and closes first, so that no
     * client meets a service that is half stopped.
     */
    public void open(Start start, AutoCloseable part) throws Exception {
        synchronized (this) {
            checkRunning();
            door = part;
        }
        start.run();
    }

    /** Starts a part, and has it closed before those that were started earlier. */
    public void start(Start start, AutoCloseable part) throws Exception {
        synchronized (this) {
            checkRunning();
            started.push(part);
        }
        start.run();
    }

    /** Has something closed that needs no start. */
    public void add(AutoCloseable part) throws Exception {
        start(() -> {}, part);
    }

    private void checkRunning() {
        if (stopped) {
            throw new IllegalStateException("the service was asked to stop while it was starting");
        }
    }

    /** Stops all that was started; a second call does nothing. */
    public synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        LOG.info("{} is stopping", replica);
        started.push(door);
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                LOG.warn("A step of the shutdown failed", e);
            }
        }
        LOG.info("{} has stopped", replica);
    }
}
