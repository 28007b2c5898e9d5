package microservices.system.history;

import java.time.Duration;
import java.util.BitSet;

/**
 * One list as it was read, with numbers in place of its texts: some kilobytes for 50,000 of them.
 *
 * @param texts the numbers of the texts in the list; not to be changed
 * @param repeated those which stood there more than once
 * @param stale whether it was marked as one that may lack what was accepted lately
 */
public record Reading(
        String from,
        ListKind kind,
        String asked,
        Duration sent,
        Duration answered,
        BitSet texts,
        BitSet repeated,
        boolean stale,
        int round)
        implements Request {

    boolean isLog() {
        return kind == ListKind.LOG;
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public String what() {
        return "the reading of " + describe();
    }

    /** Whose list it is and when it was asked for. */
    public String describe() {
        return from + (isLog() ? "'s log" : "'s held list") + " read at " + Seconds.of(sent);
    }
}
