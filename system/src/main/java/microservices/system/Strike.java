package microservices.system;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * One fault that struck: whom, how long, and whom that excuses from answering.
 *
 * @param fault its name in the table
 * @param targets the replicas that were killed, stopped, frozen, cut off, slowed
 * @param until when the trouble itself ended: the link healed, the process continued or was started again
 * @param excused those that could not answer meanwhile: killed, frozen, cut off from the clients
 * @param recovered when everything that the strike touched was whole again
 * @param refusing whether the system may refuse until it has recovered, as when its queue is full
 * @param notReal why the fault did not really happen, or null
 */
record Strike(
        String fault,
        Set<String> targets,
        Duration from,
        Duration until,
        Set<String> excused,
        Duration recovered,
        boolean refusing,
        String notReal) {

    /** Posts succeed again so long after the trouble. */
    static final Duration POSTS_SUCCEED_AFTER = Duration.ofSeconds(15);

    /** Every request is answered within this. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    Strike {
        Objects.requireNonNull(fault);
        targets = Set.copyOf(targets);
        excused = Set.copyOf(excused);
        if (from.isNegative() || until.compareTo(from) < 0 || recovered.compareTo(until) < 0) {
            throw new IllegalArgumentException(
                    fault + " from " + from + " until " + until + ", recovered at " + recovered);
        }
    }

    /** When posts succeed again at a facade that had nothing to do with it. */
    Duration postsSucceedFrom() {
        return (refusing ? recovered : until).plus(POSTS_SUCCEED_AFTER);
    }

    /** When posts succeed again at this facade. */
    Duration postsSucceedFrom(String facade) {
        return excused.contains(facade) ? recovered.plus(POSTS_SUCCEED_AFTER) : postsSucceedFrom();
    }

    /** Whether this strike is why a request had no answer in time; one that was late already is not excused. */
    boolean excuses(Request request) {
        Duration due = request.sent().plus(ANSWER_WITHIN);
        return excused.contains(request.asked()) && request.overlaps(from, recovered) && from.compareTo(due) < 0;
    }

    String describe() {
        return fault + " at " + Seconds.of(from);
    }
}
