package microservices.system.history;

import java.time.Duration;

/** A part of a run's time. */
public record Interval(Duration from, Duration until) {

    public Interval {
        if (from.isNegative() || until.compareTo(from) < 0) {
            throw new IllegalArgumentException("from " + from + " until " + until);
        }
    }
}
