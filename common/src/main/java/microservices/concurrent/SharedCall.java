package microservices.concurrent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A question that may block for long: it is asked on threads of its own, and each caller sets its own time limit. Callers
 * that ask while a question is under way share its answer. Thread-safe.
 */
public final class SharedCall<T> {

    /** At most this many may block at once; beyond that, a caller that cannot share the latest one gets no answer. */
    private static final int MOST_AT_ONCE = 4;

    private final String name;
    private final Supplier<T> question;

    /** Guarded by this: the question that was asked last, and when (nanoTime). */
    private CompletableFuture<T> last;

    private long lastAsked;

    /** Guarded by this. */
    private int underWay;

    /** @param name of its threads */
    public SharedCall(String name, Supplier<T> question) {
        this.name = name;
        this.question = question;
    }

    /**
     * The answer to a question that was asked after a moment, so that it knows of all that had happened then.
     *
     * @param since that moment ({@link System#nanoTime})
     * @return empty if there is no such answer in time, at once if too many block already; or if interrupted
     * @throws RuntimeException what the question threw
     */
    public Optional<T> answer(long since, Duration patience) {
        CompletableFuture<T> asked = ask(since);
        if (asked == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(asked.get(patience.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Null if too many are under way that were asked before. */
    private synchronized CompletableFuture<T> ask(long since) {
        if (last != null && !last.isDone() && lastAsked - since >= 0) {
            return last;
        }
        if (underWay == MOST_AT_ONCE) {
            return null;
        }
        CompletableFuture<T> asked = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(asked), name);
        thread.setDaemon(true);
        last = asked;
        lastAsked = System.nanoTime();
        underWay++;
        thread.start();
        return asked;
    }

    private void run(CompletableFuture<T> asked) {
        try {
            asked.complete(question.get());
        } catch (RuntimeException | Error e) {
            asked.completeExceptionally(e);
        } finally {
            synchronized (this) {
                underWay--;
            }
        }
    }
}
