package microservices.system;

import java.time.Duration;
import java.util.Objects;

/** A reading that gave no lists: the replica answered otherwise than with a 200, or not at all. */
record FailedRead(String asked, Duration sent, Duration answered, int status) implements Request {

    FailedRead {
        Objects.requireNonNull(asked);
        Request.checkTimes(sent, answered);
    }

    @Override
    public String what() {
        return "a reading";
    }
}
