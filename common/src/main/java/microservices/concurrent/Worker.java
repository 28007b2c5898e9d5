package microservices.concurrent;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named thread that repeats a step, and waits between two of them until it is woken or a pause is over. A step that
 * fails is logged and repeated; an {@link Error} ends the thread, and with it the process. Its process needs it until it
 * is closed, see {@link #ended}.
 */
public final class Worker implements AutoCloseable {

    /** What is repeated, on the worker's thread alone. */
    public interface Step {
        /**
         * Does it once.
         *
         * @return how long to wait before the next one, unless woken
         * @throws InterruptedException if the thread is to end
         */
        Duration run() throws InterruptedException;
    }

    /** A pause that only {@link #wake} ends. */
    public static final Duration UNTIL_WOKEN = Duration.ofDays(365);

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** Of this process: those that were started and are not to end. */
    private static final Set<Worker> NEEDED = ConcurrentHashMap.newKeySet();

    private final Step step;
    private final Duration afterFailure;
    private final Duration stop;
    private final Thread thread;
    private final Semaphore wakeUps = new Semaphore(0);

    private volatile boolean closed;

    /**
     * Starts nothing yet.
     *
     * @param afterFailure how long to wait before a step that failed is repeated
     * @param stop how long {@link #close} waits for the step under way
     */
    public Worker(String name, Step step, Duration afterFailure, Duration stop) {
        this.step = step;
        this.afterFailure = afterFailure;
        this.stop = stop;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
        NEEDED.add(this);
    }

    /** The names of those in this process whose thread has ended although nobody has closed them. */
    public static List<String> ended() {
        return NEEDED.stream()
                .filter(worker -> !worker.thread.isAlive())
                .map(worker -> worker.thread.getName())
                .sorted()
                .toList();
    }

    /** Ends the pause, or spares the next one if a step is under way. */
    public void wake() {
        wakeUps.release();
    }

    /** Whether it is to end; a long step looks now and then. */
    public boolean closed() {
        return closed;
    }

    private void run() {
        try {
            while (!closed) {
                Duration pause = runStep();
                if (wakeUps.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    wakeUps.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} was interrupted and ends", thread.getName());
        }
    }

    private Duration runStep() throws InterruptedException {
        try {
            return step.run();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("{} failed and will be repeated: {}", thread.getName(), e.toString());
                LOG.debug("{} failed", thread.getName(), e);
            }
            return afterFailure;
        }
    }

    /** Ends the thread; the step under way is finished first, within the time given. May be called twice. */
    @Override
    public void close() {
        closed = true;
        NEEDED.remove(this);
        wake();
        try {
            thread.join(stop.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
