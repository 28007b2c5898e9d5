package microservices.live;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import microservices.concurrent.SharedCall;

/**
 * An answer that costs something: found out when somebody wants it and the last one is no longer good enough, by one
 * thread at a time, for all who want it meanwhile. Thread-safe.
 */
public final class SharedAnswer<T> {

    /**
     * An answer, and for how long after its question was asked it is good enough.
     */
    public record Dated<T>(T answer, Duration valid) {}

    /** A question that is under way is shared, whenever it was asked. */
    private static final Duration LONG_AGO = Duration.ofMinutes(1);

    private final Supplier<Dated<T>> question;
    private final SharedCall<T> asking;

    /** Guarded by this: the last answer, null before the first, and until when it is good (nanoTime). */
    private T last;

    private long until;

    /** @param name of the thread that asks */
    public SharedAnswer(String name, Supplier<Dated<T>> question) {
        this.question = question;
        this.asking = new SharedCall<>(name, this::ask);
    }

    /**
     * The answer; the last one if it is good enough.
     *
     * @return empty if it is not found out within this time
     * @throws RuntimeException what the question threw
     */
    public Optional<T> within(Duration patience) {
        synchronized (this) {
            if (last != null && System.nanoTime() - until < 0) {
                return Optional.of(last);
            }
        }
        return asking.answer(System.nanoTime() - LONG_AGO.toNanos(), patience);
    }

    private T ask() {
        long asked = System.nanoTime();
        Dated<T> found = question.get();
        synchronized (this) {
            last = found.answer();
            until = asked + found.valid().toNanos();
            return last;
        }
    }
}
