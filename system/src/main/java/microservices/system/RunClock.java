package microservices.system;

import java.time.Duration;

/** The time since a run began, by which everything in its history is told. */
final class RunClock {

    private final long start = System.nanoTime();

    Duration now() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
