package microservices.system.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs what a person types into a second terminal, in the project's folder. */
final class Terminal {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path home;
    private final Path folder;

    /** @param folder of the system that {@code ./run} is to speak of */
    Terminal(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    /** What the terminal shows then: the command after its prompt, and what it has written. */
    String run(String command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("terminal", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder("bash", "-c", command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(Map.of("RUN_FOLDER", folder.toString()));
            Process process = builder.start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            int exit = process.waitFor();
            String said = Files.readString(output, StandardCharsets.UTF_8);
            if (exit != 0) {
                throw new IOException(command + " ended with " + exit + ": " + said);
            }
            return "$ " + command + "\n" + said;
        } finally {
            Files.delete(output);
        }
    }
}
