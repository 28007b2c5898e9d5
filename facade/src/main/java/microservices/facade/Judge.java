package microservices.facade;

import java.time.Duration;
import java.util.Optional;

/**
 * Says what counts mean. What looks wrong may only be counted at a bad moment: so it is called broken when it has looked the
 * same in two readings, some seconds apart, and in all that were taken between. Not thread-safe.
 */
final class Judge {

    private static final Duration DOUBT = Duration.ofSeconds(6);

    /** What looked wrong in the last reading, and since when (nanoTime). */
    private Optional<Object> suspicion = Optional.empty();

    private long since;

    /** @param now {@link System#nanoTime} when they were taken */
    Verdict judge(Counts counts, long now) {
        Optional<Object> seen = suspicion(counts);
        if (seen.isEmpty() || !seen.equals(suspicion)) {
            suspicion = seen;
            since = now;
        }
        if (!counts.missing().isEmpty()) {
            return Verdict.UNKNOWN;
        }
        if (suspicion.isPresent() && now - since >= DOUBT.toNanos()) {
            return Verdict.BROKEN;
        }
        return counts.closed() ? Verdict.CLOSED : Verdict.OPEN;
    }

    /** Too many are too many, whatever else goes on. Too few may be on their way as long as any number changes. */
    private static Optional<Object> suspicion(Counts counts) {
        if (counts.tooMany()) {
            return Optional.of("too many");
        }
        return counts.settled() && !counts.closed() ? Optional.of(counts) : Optional.empty();
    }
}
