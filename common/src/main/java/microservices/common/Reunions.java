package microservices.common;

import com.hazelcast.cluster.Member;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers who has left, so that it can be told whether those who are here now were apart for a while: after a split
 * the same process is back, while one that was killed has come as another. Thread-safe.
 */
final class Reunions {

    /** Guarded by this: when each process was seen to leave. */
    private final Map<String, Instant> left = new HashMap<>();

    synchronized void left(Member member) {
        left.putIfAbsent(incarnation(member), Instant.now());
    }

    /** When the first of those left that are here again; empty if none of them has been away. */
    synchronized Optional<Instant> apartSince(Collection<Member> here) {
        return here.stream()
                .map(member -> left.get(incarnation(member)))
                .filter(time -> time != null)
                .min(Comparator.naturalOrder());
    }

    /** What these may have missed has been made good. */
    synchronized void madeGood(Collection<Member> here) {
        here.forEach(member -> left.remove(incarnation(member)));
    }

    private static String incarnation(Member member) {
        return String.valueOf(member.getAttribute(MemberConfig.INCARNATION));
    }
}
