package microservices.service;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a service in order when the process is asked to end (SIGTERM, SIGINT): unready first, then what was opened,
 * last opened first. A step that fails is logged and does not keep the others from running.
 */
public final class Shutdown {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final String replica;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private Runnable first = () -> {};

    public Shutdown(String replica) {
        this.replica = replica;
    }

    /** What to do before anything is closed. */
    public synchronized Shutdown first(Runnable step) {
        first = step;
        return this;
    }

    /** Adds something to close; what is added later is closed earlier. */
    public synchronized Shutdown thenClose(AutoCloseable resource) {
        opened.push(resource);
        return this;
    }

    /** Arranges for {@link #run} to be called when the process is asked to end. */
    public void register() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::run, "shutdown"));
    }

    /** Runs all steps; a second call does nothing. */
    public synchronized void run() {
        if (opened.isEmpty()) {
            return;
        }
        LOG.info("{} is stopping", replica);
        opened.push(first::run);
        while (!opened.isEmpty()) {
            AutoCloseable step = opened.pop();
            try {
                step.close();
            } catch (Exception e) {
                LOG.warn("A step of the shutdown failed", e);
            }
        }
        LOG.info("{} has stopped", replica);
    }
}
