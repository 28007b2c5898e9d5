package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import microservices.system.local.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --profile monitoring} of compose.yaml brings, as far as it can be told without its images. */
@Timeout(60)
class MonitoringTest {

    @TempDir
    private Path folder;

    @Test
    void asksEveryReplica() throws Exception {
        String config = Files.readString(Dashboard.MONITORING.resolve("prometheus.yml"));
        for (Topology.Replica replica : Topology.USUAL.replicas()) {
            assertTrue(config.contains('"' + replica.name() + ":" + replica.httpPort() + '"'), replica.name());
        }
    }

    @Test
    void prometheusTakesItsConfiguration_andTheQueriesOfTheDashboard() throws Exception {
        assumeTrue(isInstalled("promtool"), "promtool is not installed (package prometheus)");
        must(
                "promtool",
                "check",
                "config",
                Dashboard.MONITORING.resolve("prometheus.yml").toString());

        List<Map<String, String>> rules = new ArrayList<>();
        for (String query : Dashboard.queries()) {
            rules.add(Map.of("record", "query:" + rules.size(), "expr", query));
        }
        Object groups = Map.of("groups", List.of(Map.of("name", "dashboard", "rules", rules)));
        Path file = folder.resolve("rules.yml"); // what is JSON is YAML
        Files.writeString(file, new ObjectMapper().writeValueAsString(groups));
        must("promtool", "check", "rules", file.toString());
    }

    @Test
    void composeTakesIt_andStartsItOnlyIfItIsAskedTo() throws Exception {
        assumeTrue(isInstalled("docker-compose"), "docker-compose is not installed");
        String file = TestSystem.HOME.resolve("compose.yaml").toString();
        must("docker-compose", "-f", file, "--profile", "monitoring", "config", "-q");
        String yaml = Files.readString(Path.of(file));
        for (String service : List.of("prometheus", "grafana")) {
            String own = yaml.substring(yaml.indexOf("\n  " + service + ":"));
            assertTrue(own.indexOf("profiles: [monitoring]") < own.indexOf("\n\n"), service);
            assertTrue(own.matches("(?s)\\n.*?\\n    image: [a-z/]+:v?[0-9]+\\.[0-9]+\\.[0-9]+\\n.*"), service);
        }
        for (String mount :
                yaml.lines().filter(line -> line.contains("./system/")).toList()) {
            Path mounted = TestSystem.HOME.resolve(mount.strip().replaceAll("^- |:.*", ""));
            assertTrue(Files.isRegularFile(mounted), mount);
        }
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, command)));
    }

    private static void must(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it did not end");
        assertEquals(0, process.exitValue(), said);
    }
}
