package microservices.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    @Test
    void hasTimeLeft_thatGetsLess() {
        Deadline deadline = Deadline.in(Duration.ofHours(1));
        assertFalse(deadline.passed());
        Duration before = deadline.left();
        assertTrue(before.compareTo(Duration.ofHours(1)) <= 0 && before.compareTo(Duration.ofMinutes(59)) > 0);
        assertTrue(Pause.of(Duration.ofMillis(5)));
        assertTrue(deadline.left().compareTo(before.minusMillis(5)) <= 0);
    }

    @Test
    void hasNoTimeLeft_onceItHasPassed() {
        for (Duration gone : new Duration[] {Duration.ZERO, Duration.ofHours(-1)}) {
            Deadline deadline = Deadline.in(gone);
            assertTrue(deadline.passed());
            assertEquals(Duration.ZERO, deadline.left());
            assertEquals(Duration.ZERO, deadline.leftUpTo(Duration.ofSeconds(1)));
        }
    }

    @Test
    void leftUpTo_isTheLesserOfTheTwo() {
        Deadline deadline = Deadline.in(Duration.ofHours(1));
        assertEquals(Duration.ofSeconds(1), deadline.leftUpTo(Duration.ofSeconds(1)));
        assertTrue(deadline.leftUpTo(Duration.ofHours(2)).compareTo(Duration.ofHours(1)) <= 0);
    }
}
