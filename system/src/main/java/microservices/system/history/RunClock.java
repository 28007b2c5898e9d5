package microservices.system.history;

import java.time.Duration;

/** The time since a run began, by which everything in its history is told. */
public final class RunClock {

    private final long start = System.nanoTime();

    public Duration now() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
