package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.Member;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SplitsTest {

    private final Splits reunions = new Splits();
    private final Member a = member("a");
    private final Member b = member("b");
    private final Member c = member("c");

    @Test
    void knowsOfNone_whenNobodyHasLeft_orWhoLeftIsNotBack() {
        assertEquals(Optional.empty(), reunions.apart(() -> List.of(a, b)));
        reunions.left(b);
        assertEquals(Optional.empty(), reunions.apart(() -> List.of(a, c)));
    }

    @Test
    void tellsWhenTheFirstLeftOfThoseThatAreBack() {
        Instant before = Instant.now();
        reunions.left(b);
        Instant between = Instant.now();
        reunions.left(c);
        Instant since = since(a, b, c);
        assertTrue(!since.isBefore(before) && !since.isAfter(between), since + " after " + before);
        assertTrue(!since(a, c).isBefore(between));
    }

    @Test
    void remembersTheFirstTime_untilItIsMadeGood() {
        reunions.left(b);
        Instant first = since(b);
        reunions.left(b);
        assertEquals(first, since(b));
        reunions.left(c);
        reunions.madeGood(reunions.apart(() -> List.of(a, b)).orElseThrow());
        assertEquals(Optional.empty(), reunions.apart(() -> List.of(a, b)));
        assertTrue(reunions.apart(() -> List.of(c)).isPresent(), "c was not there");
    }

    @Test
    void remembersWhoLeavesOnceMore_whileItIsMadeGood() {
        reunions.left(b);
        reunions.left(c);
        ClusterMember.Apart apart = reunions.apart(() -> List.of(a, b, c)).orElseThrow();
        reunions.left(b);
        reunions.madeGood(apart);
        assertTrue(reunions.apart(() -> List.of(a, b)).isPresent(), "b has missed what came since");
        assertEquals(Optional.empty(), reunions.apart(() -> List.of(a, c)));
    }

    private Instant since(Member... here) {
        return reunions.apart(() -> List.of(here)).orElseThrow().since();
    }

    /** A member that has only its incarnation. */
    private static Member member(String incarnation) {
        return (Member) Proxy.newProxyInstance(
                SplitsTest.class.getClassLoader(), new Class<?>[] {Member.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getAttribute") && arguments[0].equals(MemberConfig.INCARNATION)) {
                        return incarnation;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
