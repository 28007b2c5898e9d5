package microservices.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.Member;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReunionsTest {

    private final Reunions reunions = new Reunions();
    private final Member a = member("a");
    private final Member b = member("b");
    private final Member c = member("c");

    @Test
    void knowsOfNone_whenNobodyHasLeft_orWhoLeftIsNotBack() {
        assertEquals(Optional.empty(), reunions.apartSince(List.of(a, b)));
        reunions.left(b);
        assertEquals(Optional.empty(), reunions.apartSince(List.of(a, c)));
    }

    @Test
    void tellsWhenTheFirstLeftOfThoseThatAreBack() {
        Instant before = Instant.now();
        reunions.left(b);
        Instant between = Instant.now();
        reunions.left(c);
        Instant since = reunions.apartSince(List.of(a, b, c)).orElseThrow();
        assertTrue(!since.isBefore(before) && !since.isAfter(between), since + " after " + before);
        assertTrue(!reunions.apartSince(List.of(a, c)).orElseThrow().isBefore(between));
    }

    @Test
    void remembersTheFirstTime_untilItIsMadeGood() {
        reunions.left(b);
        Instant first = reunions.apartSince(List.of(b)).orElseThrow();
        reunions.left(b);
        assertEquals(Optional.of(first), reunions.apartSince(List.of(b)));
        reunions.left(c);
        reunions.madeGood(List.of(a, b));
        assertEquals(Optional.empty(), reunions.apartSince(List.of(a, b)));
        assertTrue(reunions.apartSince(List.of(c)).isPresent(), "c was not there");
    }

    /** A member that has only its incarnation. */
    private static Member member(String incarnation) {
        return (Member) Proxy.newProxyInstance(
                ReunionsTest.class.getClassLoader(), new Class<?>[] {Member.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getAttribute") && arguments[0].equals(MemberConfig.INCARNATION)) {
                        return incarnation;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
