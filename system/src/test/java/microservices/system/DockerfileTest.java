package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the images and containers are made of, by the words alone; {@code ComposeSystemTest} runs them. */
class DockerfileTest {

    /** A clone may hide its files from others, and the services run as a user of their own. */
    @Test
    void takesNothingFromTheClonePastWhereModesAreSet() throws Exception {
        List<String> stages =
                List.of(Files.readString(TestSystem.HOME.resolve("Dockerfile")).split("(?m)^FROM "));
        String build = stages.get(1).replaceAll("(?m)^#.*", "");
        assertTrue(build.strip().endsWith("&& chmod -R a+rX ."), build);
        assertEquals(
                List.of(),
                stages.subList(2, stages.size()).stream()
                        .flatMap(String::lines)
                        .filter(line -> line.startsWith("COPY ") || line.startsWith("ADD "))
                        .filter(line -> !line.matches("COPY --from=(build|archives) /build\\b.*"))
                        .toList());
    }

    @Test
    void everyContainerHasABoundedLog() throws Exception {
        String compose = Files.readString(TestSystem.HOME.resolve("compose.yaml"));
        String shared = compose.substring(compose.indexOf("x-container: &container"), compose.indexOf("x-settings:"));
        assertTrue(shared.contains("max-size: 16m") && shared.contains("max-file: \"2\""), shared);
        assertTrue(shared.contains("x-replica: &replica\n  <<: *container"), shared);
        String services = compose.substring(compose.indexOf("\nservices:"), compose.indexOf("\nnetworks:"));
        assertEquals(
                services.lines().filter(line -> line.matches("  [a-z0-9-]+:")).count(),
                services.lines()
                        .filter(line -> line.matches("    <<: \\*(replica|container)"))
                        .count());
    }
}
