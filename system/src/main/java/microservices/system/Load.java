package microservices.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import microservices.system.Topology.Replica;

/**
 * Clients that post unique texts and record what came of each, on a thread each, half of them at either facade. One in
 * three messages has an Idempotency-Key and is sent again, by turns at the other facade too, until it is acknowledged;
 * the others are sent once. The load can be held, and then nothing is under way.
 */
final class Load implements AutoCloseable {

    private static final int RETRIES = 10;
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);

    private final LocalSystem system;
    private final History history;
    private final RunClock clock;
    private final Duration pace;
    private final long seed;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private boolean held = true;
    private boolean hurried;
    private boolean closed;
    private int underWay;

    /**
     * @param pace how long a client waits between two posts
     */
    Load(LocalSystem system, History history, RunClock clock, Duration pace, long seed) {
        this.system = system;
        this.history = history;
        this.clock = clock;
        this.pace = pace;
        this.seed = seed;
    }

    /** Starts that many clients at each facade; they wait for {@link #go}. */
    void start(int clientsPerFacade) {
        List<Replica> facades = system.topology().replicas(Service.FACADE);
        for (int i = 0; i < clientsPerFacade * facades.size(); i++) {
            String client = "c" + (i + 1);
            int first = i % facades.size();
            Random random = new Random(seed * 1_000 + i);
            Thread thread = new Thread(() -> run(client, first, random), "client-" + client);
            threads.add(thread);
            thread.start();
        }
    }

    /** How many posts have been acknowledged so far. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** How many posts have had a 503. */
    int refused() {
        return refused.get();
    }

    /** From now on everybody posts. */
    void go() {
        change(() -> held = false);
    }

    /** From now on clients do not wait between two posts, or do again. */
    void hurry(boolean on) {
        change(() -> hurried = on);
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
    void hold() throws InterruptedException {
        long patience = LONGEST_REQUEST.toNanos();
        lock.lockInterruptibly();
        try {
            held = true;
            changed.signalAll();
            while (underWay > 0) {
                if (patience <= 0) {
                    throw new IllegalStateException(underWay + " requests have not ended after " + LONGEST_REQUEST);
                }
                patience = changed.awaitNanos(patience);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(String client, int first, Random random) {
        RunClient http = new RunClient(clock);
        List<Replica> facades = system.topology().replicas(Service.FACADE);
        try {
            for (int n = 1; begin(); n++) {
                try {
                    String text = "s" + seed + "-" + client + "-" + n;
                    String key = n % 3 == 0 ? new UUID(random.nextLong(), random.nextLong()).toString() : null;
                    keep(http, client, facades, first, text, key);
                } finally {
                    change(() -> underWay--);
                }
                pause(pace, true);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it may begin; false if there is nothing more to begin. */
    private boolean begin() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (held && !closed) {
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

    private void keep(RunClient http, String client, List<Replica> facades, int first, String text, String key)
            throws InterruptedException {
        for (int attempt = 0; attempt <= RETRIES; attempt++) {
            Replica facade = facades.get((first + attempt) % facades.size());
            Outcome outcome = post(http, client, facade, text, key);
            if (outcome == Outcome.UNKNOWN) {
                pause(RETRY_PAUSE, false);
            }
            if (outcome != Outcome.UNKNOWN || key == null || isHeld()) {
                return;
            }
        }
    }

    private Outcome post(RunClient http, String client, Replica facade, String text, String key)
            throws InterruptedException {
        RunClient.Answer answer = http.post(system.url(facade), text, key);
        Outcome outcome = Outcome.of(answer.status());
        String id = null;
        if (outcome == Outcome.ACKNOWLEDGED) {
            try {
                id = TextLists.readId(answer.body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            acknowledged.incrementAndGet();
        }
        if (answer.status() == 503) {
            refused.incrementAndGet();
        }
        history.add(
                new Operation(client, facade.name(), text, key, id, answer.sent(), answer.answered(), answer.status()));
        return outcome;
    }

    private boolean isHeld() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** Ends early when the load is held, and a pause between posts also when there is a hurry. */
    private void pause(Duration pause, boolean unlessHurried) throws InterruptedException {
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
