package microservices.system.bench;

import java.util.BitSet;
import java.util.regex.Pattern;

/**
 * The texts that were posted to one system, 12 characters each, every one of them once: which were acknowledged, and of
 * which nobody knows. For one thread.
 */
final class Texts {

    static final int LENGTH = 12;

    private static final char FIRST = 'm';
    private static final Pattern OURS = Pattern.compile("m00[0-9]{9}");

    private final BitSet acknowledged = new BitSet();
    private final BitSet unknown = new BitSet();
    private int next;

    /** The number of the next text. */
    int next() {
        return next++;
    }

    /** Writes a text's characters. */
    static void write(int number, byte[] to, int at) {
        to[at] = FIRST;
        for (int i = LENGTH - 1, rest = number; i > 0; i--, rest /= 10) {
            to[at + i] = (byte) ('0' + rest % 10);
        }
    }

    /** The number of a text; -1 if it is none of these. */
    static int number(String text) {
        return OURS.matcher(text).matches() ? Integer.parseInt(text.substring(1)) : -1;
    }

    void acknowledge(int number) {
        acknowledged.set(number);
    }

    /** It may be there or not. */
    void doubt(int number) {
        unknown.set(number);
    }

    int acknowledged() {
        return acknowledged.cardinality();
    }

    /** What is wrong with what the log has; empty if nothing is. */
    String faultOf(BitSet logged) {
        BitSet lost = without(acknowledged, logged);
        BitSet foreign = without(without(logged, acknowledged), unknown);
        return lost.isEmpty() && foreign.isEmpty()
                ? ""
                : lost.cardinality() + " acknowledged messages are not logged, " + foreign.cardinality()
                        + " refused ones are";
    }

    static BitSet without(BitSet some, BitSet others) {
        BitSet rest = (BitSet) some.clone();
        rest.andNot(others);
        return rest;
    }
}
