package microservices.system.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import microservices.system.history.History;
import microservices.system.history.Operation;
import microservices.system.history.RunClock;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;

/**
 * Clients that post and record what came of each post, on a thread each, half of them at either facade; see {@link
 * LoadClient}. A few post one after another, each at its own pace. The crowd, while it is there, posts all at once, again
 * and again, so that the facades gather batches. The load can be held, and then nothing is under way.
 */
public final class Load implements AutoCloseable {

    /** How often the crowd posts a volley: with 320 clients some 280 posts a second. */
    private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(4_500);
    /**
     * How many posts make a volley, one after another: those of the first find the facades idle and go on in small
     * batches; only those that follow meet a crowd under way.
     */
    private static final int VOLLEY = 4;
    /** The same in a hurry. */
    private static final long HURRIED_BEAT = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);

    private final LocalSystem system;
    private final History history;
    private final RunClock clock;
    private final Duration pace;
    private final long seed;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger full = new AtomicInteger();
    private final long start = System.nanoTime();

    private final ReentrantLock lock = new ReentrantLock();
    /** That the load goes on, is held or hurries; not that a post has ended, which would wake every client each time. */
    private final Condition changed = lock.newCondition();

    private final Condition quiet = lock.newCondition();

    // Guarded by lock.
    private boolean held = true;
    private boolean hurried;
    private boolean crowded;
    private boolean closed;
    private int underWay;

    /**
     * @param pace how long a client that is not of the crowd waits between two posts
     */
    public Load(LocalSystem system, History history, RunClock clock, Duration pace, long seed) {
        this.system = system;
        this.history = history;
        this.clock = clock;
        this.pace = pace;
        this.seed = seed;
    }

    /** Starts that many clients at each facade, and that many of the crowd; they wait for {@link #go}. */
    public void start(int clientsPerFacade, int crowdPerFacade) {
        start("c", clientsPerFacade, false);
        start("crowd", crowdPerFacade, true);
    }

    private void start(String name, int perFacade, boolean ofCrowd) {
        List<Replica> facades = system.topology().replicas(Service.FACADE);
        for (int i = 0; i < perFacade * facades.size(); i++) {
            Random random = new Random(seed * 1_000 + threads.size());
            LoadClient client =
                    new LoadClient(name + (i + 1), ofCrowd, i % facades.size(), seed, random, system, this, clock);
            Thread thread = Observers.thread(history, "client-" + client.name(), () -> run(client));
            threads.add(thread);
            thread.start();
        }
    }

    /** How many posts have been acknowledged so far. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /** How many posts have had a 503. */
    public int refused() {
        return refused.get();
    }

    /** How many posts have had a 503 because the queue was full. */
    public int full() {
        return full.get();
    }

    /** From now on everybody posts. */
    public void go() {
        change(() -> held = false);
    }

    /** From now on clients do not wait between two posts, and the crowd for a short time; or do again. */
    public void hurry(boolean on) {
        change(() -> hurried = on);
    }

    /** From now on the crowd posts, too; or does no longer. */
    public void crowd(boolean on) {
        change(() -> crowded = on);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is under way, and lets nobody begin. */
    public void hold() throws InterruptedException {
        long patience = LONGEST_REQUEST.toNanos();
        lock.lockInterruptibly();
        try {
            held = true;
            changed.signalAll();
            while (underWay > 0) {
                if (patience <= 0) {
                    throw new IllegalStateException(underWay + " requests have not ended after " + LONGEST_REQUEST);
                }
                patience = quiet.awaitNanos(patience);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(LoadClient client) {
        try (client) {
            while (begin(client)) {
                try {
                    client.post();
                } finally {
                    end();
                }
                if (!client.isOfCrowd()) {
                    pause(pace, true);
                } else if (client.posts() % VOLLEY == 0) {
                    awaitBeat();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it may begin; false if there is nothing more to begin. */
    private boolean begin(LoadClient client) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while ((held || (client.isOfCrowd() && !crowded)) && !closed) {
                changed.await();
            }
            if (closed) {
                return false;
            }
            underWay++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            underWay--;
            if (underWay == 0) {
                quiet.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Records what came of a post of a client. */
    void add(Operation operation, boolean isFull) {
        if (operation.isAcknowledged()) {
            acknowledged.incrementAndGet();
        }
        if (operation.status() == 503) {
            refused.incrementAndGet();
        }
        if (isFull) {
            full.incrementAndGet();
        }
        history.add(operation);
    }

    boolean isHeld() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** Ends early when the load is held, and a pause between posts also when there is a hurry. */
    void pause(Duration pause, boolean unlessHurried) throws InterruptedException {
        long left = pause.toNanos();
        lock.lockInterruptibly();
        try {
            while (left > 0 && !held && !closed && !(unlessHurried && hurried)) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the moment in which the whole crowd posts again. */
    private void awaitBeat() throws InterruptedException {
        long from = System.nanoTime();
        lock.lockInterruptibly();
        try {
            for (long left = untilBeat(from); left > 0 && !held && !closed; left = untilBeat(from)) {
                changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private long untilBeat(long from) {
        long beat = hurried ? HURRIED_BEAT : BEAT;
        return from + beat - Math.floorMod(from - start, beat) - System.nanoTime();
    }

    @Override
    public void close() {
        change(() -> closed = true);
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
