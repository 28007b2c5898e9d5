package microservices.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PauseTest {

    @Test
    void waitsAtLeastThatLong() {
        long start = System.nanoTime();
        assertTrue(Pause.of(Duration.ofMillis(20)));
        assertTrue(System.nanoTime() - start >= Duration.ofMillis(20).toNanos());
    }

    @Test
    void ofAnInterruptedThreadEndsAtOnce_andLeavesItInterrupted() {
        Thread.currentThread().interrupt();
        assertFalse(Pause.of(Duration.ofDays(1)));
        assertTrue(Thread.interrupted());
    }

    @Test
    void afterWorkIsInProportion_betweenTheLeastAndTheMost() {
        Duration least = Duration.ofSeconds(2);
        Duration most = Duration.ofSeconds(10);
        assertEquals(least, Pause.after(Duration.ofMillis(20), 50, least, most));
        assertEquals(Duration.ofSeconds(5), Pause.after(Duration.ofMillis(100), 50, least, most));
        assertEquals(most, Pause.after(Duration.ofMillis(400), 50, least, most));
    }
}
