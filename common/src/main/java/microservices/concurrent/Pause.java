package microservices.concurrent;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The time between two attempts, or between two rounds of work. */
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

    /**
     * How long to pause after work that is done again and again, so that it has a bounded part of the time.
     *
     * @param took how long it took
     * @param factor the pause is so many times as long, but no shorter than the one and no longer than the other
     */
    public static Duration after(Duration took, int factor, Duration least, Duration most) {
        Duration pause = took.multipliedBy(factor);
        if (pause.compareTo(least) < 0) {
            return least;
        }
        return pause.compareTo(most) > 0 ? most : pause;
    }
}
