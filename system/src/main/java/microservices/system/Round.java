package microservices.system;

import java.util.Set;

/**
 * One of the final rounds: when all is quiet, the log of every logging replica and the held list of every messages
 * replica is read once.
 *
 * @param number 1 for the first of the run, and so on
 * @param down the replicas that a strike left dead, and that are therefore not read
 */
record Round(int number, Set<String> down) {

    Round {
        down = Set.copyOf(down);
        if (number <= Reading.NO_ROUND) {
            throw new IllegalArgumentException("round " + number);
        }
    }
}
