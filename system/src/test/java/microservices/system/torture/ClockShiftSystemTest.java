package microservices.system.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import microservices.system.network.EchoNetwork;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That a JVM whose clock is shifted differs in nothing but the time of day. Skipped where libfaketime is missing,
 * unless the environment says {@code NETWORK_TESTS=required}.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ClockShiftSystemTest {

    /** Starting a JVM on a busy machine, and what a wait may take longer than asked for. */
    private static final long SLACK_MILLIS = 5_000;

    @ParameterizedTest
    @ValueSource(longs = {60, -60})
    void theTimeOfDayIsAnother_theRestIsTheSame(long seconds) throws Exception {
        EchoNetwork.skipIf(ClockShift.unavailable());

        long timeOfDay = System.currentTimeMillis();
        long monotonic = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        Map<String, Long> report = report(Duration.ofSeconds(seconds));
        assertAbout(timeOfDay + seconds * 1000, report.remove("time-of-day"), "time of day");
        assertAbout(monotonic, report.remove("monotonic"), "monotonic clock");
        assertEquals(6, report.size(), report.toString());
        report.forEach((wait, took) -> assertAbout(ClockReport.WAIT.toMillis() - 5, took, wait));

        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path left = Files.createFile(Path.of("/dev/shm/sem.faketime_sem_" + dead.pid()));
        ClockShift.environment(Duration.ofSeconds(seconds));
        assertFalse(Files.exists(left), "it would keep a process with the same id from starting");
    }

    private static void assertAbout(long expected, long actual, String what) {
        assertTrue(actual >= expected && actual < expected + SLACK_MILLIS, what + ": " + actual + ", not " + expected);
    }

    private static Map<String, Long> report(Duration shift) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of(ClockReport.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString(),
                ClockReport.class.getName());
        builder.environment().putAll(ClockShift.environment(shift));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        Map<String, Long> report = new LinkedHashMap<>();
        output.lines().forEach(line -> report.put(line.split(" ")[0], Long.valueOf(line.split(" ")[1])));
        return report;
    }
}
