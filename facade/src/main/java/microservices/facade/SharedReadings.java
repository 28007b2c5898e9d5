package microservices.facade;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import microservices.message.Refusal;

/**
 * Readings that many clients share. Each client gets one that began after it came, so all that was acknowledged before is
 * in it. Who comes while one is under way waits for the next one, for a second at most; the first of those who wait reads
 * for all of them, on its thread. While messages are being posted, a reading is followed by a pause some times as long, so
 * that posts have most of the machine. Thread-safe.
 */
final class SharedReadings<T extends SharedReadings.Reading> {

    /** What was read; closed when the last of those who share it is done with it. */
    interface Reading extends AutoCloseable {
        @Override
        void close();
    }

    /** So long nobody waits for others: with the time of a reading itself, below the 10 s within which a client has its answer. */
    static final Duration MOST_WAIT = Duration.ofSeconds(1);

    private static final int PAUSE_FACTOR = 3;
    /** How soon it is noticed that nothing is posted any more. */
    private static final Duration CHECK = Duration.ofMillis(10);

    private final Supplier<T> source;
    private final BooleanSupplier posting;
    private final Duration mostWait;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    /** Guarded by lock, as all below: those who wait for a reading that has not begun; null if nobody does. */
    private Round next;

    private int underWay;
    /** When the pause after the last reading is over (nanoTime). */
    private long pauseEnd = System.nanoTime();

    /**
     * @param source reads; may block, and throw
     * @param posting whether messages are being posted
     * @param mostWait how long a client waits at most for a reading to begin
     */
    SharedReadings(Supplier<T> source, BooleanSupplier posting, Duration mostWait) {
        this.source = source;
        this.posting = posting;
        this.mostWait = mostWait;
    }

    /** Those who share one reading. */
    private final class Round {
        private final CompletableFuture<T> reading = new CompletableFuture<>();
        /** Guarded by lock. */
        private int users;
    }

    /** One client's part in a reading, until it is closed. */
    final class Use implements AutoCloseable {
        private final Round round;
        private final T reading;
        private final boolean first;

        private Use(Round round, T reading, boolean first) {
            this.round = round;
            this.reading = reading;
            this.first = first;
        }

        T reading() {
            return reading;
        }

        /** Whether this client is the first of those who share it. */
        boolean first() {
            return first;
        }

        @Override
        public void close() {
            leave(round);
        }
    }

    /**
     * Waits for a reading that begins from now on.
     *
     * @throws RuntimeException what the source threw, to all who share it
     */
    Use next() {
        lock.lock();
        boolean first = next == null;
        Round round = first ? new Round() : next;
        next = round;
        round.users++;
        lock.unlock();
        boolean got = false;
        try {
            if (first) {
                read(round);
            }
            Use use = new Use(round, await(round.reading), first);
            got = true;
            return use;
        } finally {
            if (!got) {
                leave(round);
            }
        }
    }

    private void read(Round round) {
        long begun = System.nanoTime();
        try {
            begin();
            begun = System.nanoTime();
            round.reading.complete(source.get());
        } catch (RuntimeException | Error e) {
            round.reading.completeExceptionally(e);
        } finally {
            end(System.nanoTime() - begun);
        }
    }

    /** From its return on nobody joins. */
    private void begin() {
        long since = System.nanoTime();
        lock.lock();
        try {
            while (!mayBegin(since)) {
                ended.awaitNanos(CHECK.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopping();
        } finally {
            next = null;
            underWay++;
            lock.unlock();
        }
    }

    private boolean mayBegin(long since) {
        long now = System.nanoTime();
        return now - since >= mostWait.toNanos() || (underWay == 0 && (now - pauseEnd >= 0 || !posting.getAsBoolean()));
    }

    private void end(long nanos) {
        lock.lock();
        try {
            underWay--;
            pauseEnd = System.nanoTime() + PAUSE_FACTOR * nanos;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static <T> T await(CompletableFuture<T> reading) {
        try {
            return reading.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopping();
        }
    }

    private static Refusal stopping() {
        return Refusal.notNow("this replica is stopping; send the request to another one");
    }

    /** How many wait for a reading that has not begun. */
    int waiting() {
        lock.lock();
        try {
            return next == null ? 0 : next.users;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Round round) {
        lock.lock();
        boolean last = --round.users == 0;
        lock.unlock();
        // The first one stays until it has read, so the last one finds it read, or failed.
        if (last && !round.reading.isCompletedExceptionally()) {
            round.reading.join().close();
        }
    }
}
