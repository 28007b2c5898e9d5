package microservices.system.local;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a short command of the operating system to its end, in bounded time; a failure tells what the command said. */
public final class Command {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private Command() {}

    /** What the command printed; fails unless it succeeds. */
    public static String run(List<String> command) throws IOException {
        return run(command, LIMIT);
    }

    public static String run(List<String> command, Duration limit) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        // Its end closes the pipe that is read below.
        process.onExit().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).exceptionally(timeout -> {
            late.set(true);
            process.destroyForcibly();
            return process;
        });
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int exit = process.waitFor();
            if (late.get()) {
                throw new IOException(
                        String.join(" ", command) + " took longer than " + limit.toMillis() + " ms: " + output);
            }
            if (exit != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + exit + ": " + output);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(String.join(" ", command));
        } finally {
            process.destroyForcibly();
        }
    }

    public static String run(String... command) throws IOException {
        return run(List.of(command));
    }

    /** Whether a command of this name is installed. */
    public static boolean exists(String name) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return true;
            }
        }
        return false;
    }
}
