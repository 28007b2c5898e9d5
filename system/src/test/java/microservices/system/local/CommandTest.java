package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CommandTest {

    @Test
    void returnsWhatWasPrinted() throws Exception {
        assertEquals("one two", Command.run("echo", "one", "two"));
    }

    @Test
    void tellsWhatTheCommandSaid_whenItFails() {
        IOException failure =
                assertThrows(IOException.class, () -> Command.run("sh", "-c", "echo no luck >&2; exit 3"));
        assertEquals("sh -c echo no luck >&2; exit 3 ended with 3: no luck", failure.getMessage());
    }

    @Test
    void endsWhatTakesTooLong() {
        long start = System.nanoTime();
        IOException failure =
                assertThrows(IOException.class, () -> Command.run(List.of("sleep", "1000"), Duration.ofMillis(200)));
        assertEquals("sleep 1000 took longer than 200 ms: ", failure.getMessage());
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15));
    }

    @Test
    void knowsWhatIsInstalled() {
        assertTrue(Command.exists("sh"));
        assertFalse(Command.exists("no-such-command"));
    }
}
