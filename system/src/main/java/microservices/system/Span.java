package microservices.system;

import java.time.Duration;

/** A part of a run's time. */
record Span(Duration from, Duration until) {

    Span {
        if (from.isNegative() || until.compareTo(from) < 0) {
            throw new IllegalArgumentException("from " + from + " until " + until);
        }
    }
}
