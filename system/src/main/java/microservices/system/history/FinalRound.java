package microservices.system.history;

import java.util.Set;

/**
 * One of the final rounds: when all is quiet, the log of every logging replica and the held list of every messages
 * replica is read once.
 *
 * @param number 1 for the first of the run, and so on
 * @param down the replicas that a strike left dead, and that are therefore not read
 */
public record FinalRound(int number, Set<String> down) {

    /** In place of a number: what was read in between belongs to no round. */
    public static final int NONE = 0;

    public FinalRound {
        down = Set.copyOf(down);
        if (number <= NONE) {
            throw new IllegalArgumentException("round " + number);
        }
    }
}
