package microservices.system.history;

import java.time.Duration;
import java.util.Objects;

/**
 * What a facade said of the system before a final round, when it had been quiet for long enough.
 *
 * @param path by which it was asked, {@code /status} or {@code /verify}
 * @param verdict in its own word; {@code none} if it did not answer
 * @param round the number of the round
 */
public record SelfReport(String facade, String path, Duration answered, String verdict, int round) {

    /** Everything logged is held once. */
    public static final String CLOSED = "closed";
    /** Something is on its way. */
    public static final String OPEN = "open";

    public SelfReport {
        Objects.requireNonNull(facade);
        Objects.requireNonNull(verdict);
    }

    public String describe() {
        return path + " of " + facade + " said '" + verdict + "' at " + Seconds.of(answered);
    }
}
