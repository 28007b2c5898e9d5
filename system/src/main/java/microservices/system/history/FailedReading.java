package microservices.system.history;

import java.time.Duration;
import java.util.Objects;

/**
 * A reading that gave no lists: the replica answered otherwise than with a 200, or not at all, or with a 200 that was
 * no lists.
 *
 * @param malformed what was wrong with the body of a 200; null if there was no 200
 */
public record FailedReading(String asked, Duration sent, Duration answered, int status, String malformed)
        implements Request {

    public FailedReading {
        Objects.requireNonNull(asked);
        Request.checkTimes(sent, answered);
    }

    public FailedReading(String asked, Duration sent, Duration answered, int status) {
        this(asked, sent, answered, status, null);
    }

    @Override
    public String what() {
        return "a reading";
    }
}
