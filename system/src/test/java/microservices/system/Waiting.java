package microservices.system;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A bounded wait for a condition. */
final class Waiting {

    private static final Duration POLL = Duration.ofMillis(200);

    private Waiting() {}

    /** True when what was waited for is there; an exception counts as not yet. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Fails with what was waited for, and with what kept it, if it does not come in time. */
    static void until(Duration limit, String what, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        Exception last = null;
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
        fail("not within " + limit.toSeconds() + " s: " + what, last);
    }
}
