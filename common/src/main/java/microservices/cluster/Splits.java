package microservices.cluster;

import com.hazelcast.cluster.Member;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Remembers who has left, so that it can be told whether those who are here now were apart for a while: after a split
 * the same process is back, while one that was killed has come as another. Thread-safe.
 */
final class Splits {

    /** Guarded by this: of each process that was seen to leave, what it may have missed. */
    private final Map<String, Away> left = new HashMap<>();

    /** Guarded by this: how often anyone has left. */
    private long departures;

    /**
     * @param since when it was seen to leave first
     * @param departure which departure of all its last one was
     */
    private record Away(Instant since, long departure) {}

    synchronized void left(Member member) {
        departures++;
        left.merge(
                incarnation(member),
                new Away(Instant.now(), departures),
                (first, last) -> new Away(first.since(), last.departure()));
    }

    /**
     * What those may have missed that are here; empty if none of them has been away.
     *
     * @param here asked while no departure is noted: who leaves afterwards leaves after the last one that counts
     */
    synchronized Optional<ClusterMember.Apart> apart(Supplier<Collection<Member>> here) {
        List<String> together = here.get().stream().map(Splits::incarnation).toList();
        return together.stream()
                .map(left::get)
                .filter(Objects::nonNull)
                .map(Away::since)
                .min(Comparator.naturalOrder())
                .map(since -> new ClusterMember.Apart(since, together, departures));
    }

    /** What they may have missed has been made good; who has left once more since then may have missed more. */
    synchronized void madeGood(ClusterMember.Apart apart) {
        for (String incarnation : apart.incarnations()) {
            left.computeIfPresent(incarnation, (key, away) -> away.departure() <= apart.departures() ? null : away);
        }
    }

    private static String incarnation(Member member) {
        return String.valueOf(member.getAttribute(MemberConfig.INCARNATION));
    }
}
