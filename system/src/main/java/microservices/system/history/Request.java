package microservices.system.history;

import java.time.Duration;

/** One request as its client saw it; all times count from the start of the run. */
public interface Request {

    /** The status of a request that ended without an answer: reset, timed out, not connected. */
    int NO_ANSWER = 0;

    /** The replica that was asked. */
    String asked();

    /** Noted before the first byte was sent. */
    Duration sent();

    /** Noted after the last byte of the answer was read, or when the client gave up. */
    Duration answered();

    int status();

    /** What it was, to begin a sentence with. */
    String what();

    /** Whether it was under way at some moment of that time. */
    default boolean overlaps(Interval time) {
        return sent().compareTo(time.until()) <= 0 && answered().compareTo(time.from()) >= 0;
    }

    static void checkTimes(Duration sent, Duration answered) {
        if (sent.isNegative() || answered.compareTo(sent) < 0) {
            throw new IllegalArgumentException("sent at " + sent + ", answered at " + answered);
        }
    }
}
