package microservices.system.history;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One fault that struck: whom, how long, and whom that excuses from answering.
 *
 * @param fault its name in the table
 * @param targets the replicas that were killed, stopped, frozen, cut off, slowed
 * @param until when the trouble itself ended: the link healed, the process continued or was started again
 * @param excuses who could not answer, and when
 * @param recovered when everything that the strike touched was whole again
 * @param refusing whether the system may refuse until it has recovered, as when its queue is full
 * @param blows when somebody was hit, to which posts were to be under way
 * @param undisturbed whose clients must see nothing but 201, and when
 * @param breaches what a client saw that this fault must not show, in words
 * @param notReal why the fault did not really happen, or null
 */
public record Strike(
        String fault,
        Set<String> targets,
        Duration from,
        Duration until,
        List<ReplicaInterval> excuses,
        Duration recovered,
        boolean refusing,
        List<Interval> blows,
        List<ReplicaInterval> undisturbed,
        List<String> breaches,
        String notReal) {

    /** Posts succeed again so long after the trouble. */
    static final Duration POSTS_SUCCEED_AFTER = Duration.ofSeconds(15);

    /** Every request is answered within this. */
    public static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    public Strike {
        Objects.requireNonNull(fault);
        targets = Set.copyOf(targets);
        excuses = List.copyOf(excuses);
        blows = List.copyOf(blows);
        undisturbed = List.copyOf(undisturbed);
        breaches = List.copyOf(breaches);
        if (from.isNegative() || until.compareTo(from) < 0 || recovered.compareTo(until) < 0) {
            throw new IllegalArgumentException(
                    fault + " from " + from + " until " + until + ", recovered at " + recovered);
        }
    }

    /** When posts succeed again at a facade that had nothing to do with it. */
    public Duration postsSucceedFrom() {
        return (refusing ? recovered : until).plus(POSTS_SUCCEED_AFTER);
    }

    /** When posts succeed again at this facade. */
    public Duration postsSucceedFrom(String facade) {
        return excuses.stream()
                .filter(excuse -> excuse.replica().equals(facade))
                .map(excuse -> excuse.time().until().plus(POSTS_SUCCEED_AFTER))
                .filter(own -> own.compareTo(postsSucceedFrom()) > 0)
                .max(Comparator.naturalOrder())
                .orElse(postsSucceedFrom());
    }

    public boolean excuses(String replica) {
        return excuses.stream().anyMatch(excuse -> excuse.replica().equals(replica));
    }

    /** Whether this strike is why a request had no answer in time; one that was late already is not excused. */
    public boolean excuses(Request request) {
        Duration due = request.sent().plus(ANSWER_WITHIN);
        return excuses.stream()
                .anyMatch(excuse -> excuse.replica().equals(request.asked())
                        && request.overlaps(excuse.time())
                        && excuse.time().from().compareTo(due) < 0);
    }

    /** Whether a request was under way at any time between the blow and the recovery. */
    public boolean disturbs(Request request) {
        return request.overlaps(new Interval(from, recovered));
    }

    public String describe() {
        return fault + " at " + Seconds.of(from);
    }
}
