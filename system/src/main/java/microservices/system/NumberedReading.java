package microservices.system;

import java.time.Duration;
import java.util.BitSet;

/**
 * A {@link Reading} with numbers in place of its texts: some kilobytes for 50,000 of them.
 *
 * @param texts the numbers of the texts in the list; not to be changed
 * @param repeated those which stood there more than once
 */
record NumberedReading(
        String from,
        Reading.Kind kind,
        String asked,
        Duration sent,
        Duration answered,
        BitSet texts,
        BitSet repeated,
        int round)
        implements Request {

    boolean isLog() {
        return kind == Reading.Kind.LOG;
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
    String describe() {
        return from + (isLog() ? "'s log" : "'s held list") + " read at " + Seconds.of(sent);
    }
}
