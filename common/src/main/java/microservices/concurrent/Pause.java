package microservices.concurrent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits between two attempts. */
public final class Pause {

    private Pause() {}

    /** Waits that long; returns false, at once and with the thread's interrupt flag set, if it is interrupted. */
    public static boolean of(Duration duration) {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
