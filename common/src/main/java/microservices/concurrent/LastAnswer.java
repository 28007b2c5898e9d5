package microservices.concurrent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What was found out last, for those who must not ask, until it is too old to say anything of now. Thread-safe. */
public final class LastAnswer<T> {

    private final long validNanos;

    private record Dated<T>(T answer, long nanoTime) {}

    private volatile Dated<T> last;

    /** @param valid for how long an answer counts */
    public LastAnswer(Duration valid) {
        this.validNanos = valid.toNanos();
    }

    public void set(T answer) {
        last = new Dated<>(answer, System.nanoTime());
    }

    /** The last answer; empty before the first, and once the last one is too old. */
    public Optional<T> answer() {
        Dated<T> known = last;
        return known == null || System.nanoTime() - known.nanoTime() > validNanos
                ? Optional.empty()
                : Optional.of(known.answer());
    }

    /** The last answer as a number; NaN where {@link #answer} is empty. */
    public double number(ToDoubleFunction<T> number) {
        return answer().map(number::applyAsDouble).orElse(Double.NaN);
    }

    /** How long ago the last answer came, however old it is, in seconds; NaN before the first. */
    public double ageSeconds() {
        Dated<T> known = last;
        return known == null
                ? Double.NaN
                : (System.nanoTime() - known.nanoTime()) / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
