package microservices.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for a condition, never longer than told: the only place where a test sleeps. */
public final class Await {

    private static final Duration POLL = Duration.ofMillis(50);

    private Await() {}

    /** True when what was waited for is there; an exception counts as not yet. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Returns as soon as the condition holds.
     *
     * @param what the condition in words; the test fails with it, and with what kept it, when the limit has passed
     */
    public static void until(Duration limit, String what, Condition condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        Exception last = null;
        try {
            do {
                try {
                    if (condition.holds()) {
                        return;
                    }
                    last = null;
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    last = e;
                }
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            } while (System.nanoTime() - deadline < 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("interrupted while waiting for: " + what, e);
        }
        fail("not within " + limit.toSeconds() + " s: " + what, last);
    }
}
