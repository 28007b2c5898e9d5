package microservices.system.torture;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets a process believe that it is some other time of day, by libfaketime. Its monotonic clock and its timed waits are
 * the real ones.
 */
final class ClockShift {

    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "faketime/libfaketime.so.1";

    private static final Pattern LOG_TIME = Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}");
    private static final long HALF_A_DAY = Duration.ofHours(12).toSeconds();

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Pattern SHARED = Pattern.compile("(?:sem\\.faketime_sem_|faketime_shm_)(\\d+)");

    private ClockShift() {}

    /** Why clocks cannot be shifted here; empty if they can. */
    static Optional<String> unavailable() {
        return library().isPresent()
                ? Optional.empty()
                : Optional.of("there is no " + LIBRARIES + "/*/" + LIBRARY + " (package faketime)");
    }

    /** The environment of a process whose clock is that much ahead, or behind if negative. */
    static Map<String, String> environment(Duration shift) throws IOException {
        removeRemains();
        return Map.of(
                "LD_PRELOAD",
                library().orElseThrow().toString(),
                "FAKETIME",
                String.format(Locale.ROOT, "%+ds", shift.toSeconds()),
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // A mending of waits on the monotonic clock, on by default; with it each wait in a JVM ends at once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    /** How long ago a replica under load has written its last line, at most. */
    private static final Duration LAST_LINE = Duration.ofSeconds(25);

    /** Whether the times in a replica's log are that much ahead of now. */
    static boolean isSeen(Path log, Duration shift) throws IOException {
        Optional<LocalTime> last = Optional.empty();
        for (String line : Files.readAllLines(log)) {
            Matcher time = LOG_TIME.matcher(line);
            last = time.lookingAt() ? Optional.of(LocalTime.parse(time.group())) : last;
        }
        Duration expected =
                Duration.between(LocalTime.now(), last.orElse(LocalTime.MIN)).minus(shift);
        long seconds = Math.floorMod(expected.toSeconds() + HALF_A_DAY, 2 * HALF_A_DAY) - HALF_A_DAY; // over midnight
        return seconds <= 1 && seconds >= -LAST_LINE.toSeconds();
    }

    /** A JVM leaves its shared memory behind, and a process that got the id of that one would not start. */
    private static void removeRemains() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(SHARED_MEMORY, "*faketime_*")) {
            for (Path file : files) {
                Matcher shared = SHARED.matcher(file.getFileName().toString());
                if (shared.matches()
                        && ProcessHandle.of(Long.parseLong(shared.group(1))).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static Optional<Path> library() {
        if (!Files.isDirectory(LIBRARIES)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(LIBRARIES, Files::isDirectory)) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve(LIBRARY);
                if (Files.exists(library)) {
                    return Optional.of(library);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
