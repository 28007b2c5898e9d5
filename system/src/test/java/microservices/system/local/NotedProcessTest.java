package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import microservices.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which process is ours. */
@Timeout(30)
class NotedProcessTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final ProcessHandle SELF = ProcessHandle.current();

    private static final String STAT = "77 (a) b (c) %s 1 77 77 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 %d 0 4711 0 0";

    @Test
    void findsAProcessAgain() {
        NotedProcess noted =
                NotedProcess.parse(NotedProcess.of(SELF) + " 100\n").orElseThrow();
        assertEquals(Optional.of(SELF), noted.running());
    }

    @Test
    void knowsItByWhatNoStepOfTheClockChanges() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")));
        String stat = Files.readString(Path.of("/proc/" + SELF.pid() + "/stat"));
        String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        assertEquals(
                SELF.pid() + " " + boot + ":" + ticks, NotedProcess.of(SELF).toString());
    }

    @Test
    void takesNoOtherProcessWithTheSameId() {
        NotedProcess noted = NotedProcess.of(SELF);
        assertEquals(Optional.empty(), new NotedProcess(SELF.pid(), noted.start() + "1").running());
        assertEquals(Optional.empty(), new NotedProcess(SELF.pid(), "2026-01-01T00:00:00Z").running());
    }

    @Test
    void aZombieHasEnded() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")));
        // What becomes of this shell has a child that it does not know of.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 1000 & echo $!; exec sleep 1000").start();
        try (BufferedReader said = parent.inputReader(StandardCharsets.US_ASCII)) {
            long pid = Long.parseLong(said.readLine());
            ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
            NotedProcess noted = NotedProcess.of(child);
            assertTrue(noted.running().isPresent());
            Await.until(
                    SOON,
                    "the shell has become another one",
                    () -> Command.run("ps", "-o", "comm=", "-p", String.valueOf(parent.pid()))
                            .equals("sleep"));
            child.destroyForcibly();
            Await.until(SOON, "it is a zombie", () -> state(pid).startsWith("Z"));
            assertTrue(child.isAlive(), "the JDK takes it for alive");
            assertEquals(Optional.empty(), noted.running());
        } finally {
            parent.destroyForcibly();
            assertTrue(parent.waitFor(10, TimeUnit.SECONDS));
        }
    }

    private static String state(long pid) throws IOException {
        return Command.run("ps", "-o", "stat=", "-p", String.valueOf(pid));
    }

    @Test
    void hasNotEnded_whileThreadsOfItAreLeft() {
        assertEquals(Optional.of("4711"), NotedProcess.start(STAT.formatted("S", 30)));
        assertEquals(Optional.of("4711"), NotedProcess.start(STAT.formatted("Z", 2)));
        assertEquals(Optional.empty(), NotedProcess.start(STAT.formatted("Z", 1)));
        assertEquals(Optional.empty(), NotedProcess.start(STAT.formatted("X", 0)));
        assertEquals(Optional.empty(), NotedProcess.start("77 (a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "77", "77 ", "x y", "-1 y", "99999999999999999999 y"})
    void takesNothingFromWhatIsNoNote(String text) {
        assertEquals(Optional.empty(), NotedProcess.parse(text));
    }
}
