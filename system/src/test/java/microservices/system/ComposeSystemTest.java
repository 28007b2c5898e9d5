package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Topology;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both walk-throughs of the README in containers, with and without HOST_IP, and the cleanup after them. Skipped where
 * no Docker engine answers, unless the environment says {@code COMPOSE_TESTS=required}.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ComposeSystemTest {

    private static final boolean REQUIRED = "required".equals(System.getenv("COMPOSE_TESTS"));
    private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(10);
    private static final String NETWORK = "message-service-test-host";
    private static final String BUILD_LABEL = "label=project=message-service";
    private static final List<String> IMAGES = List.of("facade-service", "logging-service", "messages-service");
    private static final List<String> CONTAINERS =
            Topology.USUAL.replicas().stream().map(Topology.Replica::name).toList();

    @TempDir
    private Path folder;

    private String hostIp = "";
    private List<String> compose = List.of();
    private boolean ours;
    private boolean failed = true;

    private record Result(int exit, String output) {}

    @BeforeEach
    void needsDocker() throws Exception {
        boolean docker = succeeds("docker", "info");
        if (REQUIRED) {
            assertTrue(docker, "COMPOSE_TESTS=required, but no Docker engine answers");
        }
        assumeTrue(docker, "no Docker engine answers");
        compose = succeeds("docker-compose", "version") ? List.of("docker-compose") : List.of("docker", "compose");
        assertEquals(List.of(), existing(), "containers of these names are there already; remove them first");
        ours = true;
    }

    @AfterEach
    void cleansUp() throws Exception {
        if (!ours) {
            return;
        }
        if (failed) {
            System.out.println(
                    run(composed("logs", "--no-color", "--tail", "25")).output());
        }
        run(composed("down", "--rmi", "all", "--volumes", "--remove-orphans"));
        run(List.of("docker", "image", "prune", "--force", "--filter", BUILD_LABEL));
        run(List.of("docker", "network", "rm", NETWORK));
        assertEquals(List.of(), existing(), "containers are left");
        assertEquals("", must("docker", "images", "-q", "--filter", BUILD_LABEL), "build images are left");
        for (String image : IMAGES) {
            assertEquals("", must("docker", "images", "-q", image), "an image is left");
        }
        String project = TestSystem.HOME.getFileName().toString().toLowerCase();
        assertEquals("", must("docker", "network", "ls", "-q", "--filter", "name=^" + project + "_"));
    }

    /** By containers' names, where replicas are stopped, and by HOST_IP, where they are killed. */
    @Test
    void theWalkThroughsSucceed() throws Exception {
        must(composed("up", "--build", "-d"));
        theWalkThroughsSucceed(false);
        must(composed("down"));
        must("docker", "network", "create", NETWORK);
        hostIp = must("docker", "network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", NETWORK);
        must(composed("up", "-d"));
        theWalkThroughsSucceed(true);
        failed = false;
    }

    private void theWalkThroughsSucceed(boolean kill) throws Exception {
        awaitHealthy(CONTAINERS);
        for (String container : CONTAINERS) {
            usesItsArchive_andSaysNothingOfIt(container);
        }
        WalkThroughs.Stage stage = new Containers();
        Await.until(
                TestSystem.PATIENCE,
                "the live page shows all of them",
                () -> showsAll(stage.client("facade-service-1")
                        .get("/live/state?after=0")
                        .body()));
        for (int time = 1; time <= WalkThroughs.TIMES; time++) {
            new WalkThroughs(stage).tenMessages();
            new WalkThroughs(stage).messagesReplicasAndQueueOwnerGo(kill);
            awaitHealthy(CONTAINERS);
        }
    }

    private final class Containers implements WalkThroughs.Stage {

        @Override
        public Client client(String facade) {
            return new Client("http://127.0.0.1:" + (facade.endsWith("1") ? 8000 : 8001));
        }

        @Override
        public void stop(List<String> replicas) throws Exception {
            must(composed("stop", replicas));
        }

        @Override
        public void kill(List<String> replicas) throws Exception {
            List<String> command = new ArrayList<>(List.of("docker", "kill"));
            command.addAll(replicas);
            must(command);
        }

        @Override
        public void start(List<String> replicas) throws Exception {
            must(composed("start", replicas));
        }

        @Override
        public List<String> logLines(String replica, String text) throws Exception {
            return must(composed("logs", "--no-color", replica))
                    .lines()
                    .filter(line -> line.contains(text))
                    .toList();
        }
    }

    /** A JVM maps an archive only if it is made of the same jars by the same Java. */
    private void usesItsArchive_andSaysNothingOfIt(String container) throws Exception {
        String mapped = must("docker", "exec", container, "cat", "/proc/1/maps");
        assertTrue(mapped.contains(".jsa"), container + " has not mapped its archive: " + mapped);
        String log = must("docker", "logs", container);
        assertTrue(!log.contains("[warning]") && !log.contains("[error]"), log);
    }

    /** Whether the live page's facade has reached each replica, in whichever network that is. */
    private static boolean showsAll(String state) {
        return CONTAINERS.stream()
                .allMatch(name -> state.contains("{\"name\":\"" + name + "\",\"service\":\""
                        + name.substring(0, name.indexOf('-')) + "\",\"state\":\"up\",\"missing\":[]"));
    }

    private void awaitHealthy(List<String> containers) throws Exception {
        for (String container : containers) {
            Await.until(
                    TestSystem.PATIENCE,
                    container + " is healthy",
                    () -> must("docker", "inspect", "-f", "{{.State.Health.Status}}", container)
                            .equals("healthy"));
        }
    }

    /** Those of our container names that exist, running or not. */
    private List<String> existing() throws Exception {
        List<String> all =
                must("docker", "ps", "-a", "--format", "{{.Names}}").lines().toList();
        return CONTAINERS.stream().filter(all::contains).toList();
    }

    private List<String> composed(String verb, List<String> more) {
        List<String> command = new ArrayList<>(compose);
        command.add(verb);
        command.addAll(more);
        return command;
    }

    private List<String> composed(String verb, String... more) {
        return composed(verb, Arrays.asList(more));
    }

    private boolean succeeds(String... command) {
        try {
            return run(List.of(command)).exit() == 0;
        } catch (Exception e) {
            return false; // the command is not there
        }
    }

    private String must(String... command) throws Exception {
        return must(List.of(command));
    }

    private String must(List<String> command) throws Exception {
        Result result = run(command);
        assertEquals(0, result.exit(), String.join(" ", command) + ": " + result.output());
        return result.output().strip();
    }

    private Result run(List<String> command) throws Exception {
        Path output = Files.createTempFile(folder, "command", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(TestSystem.HOME.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("HOST_IP", hostIp);
        Process process = builder.start();
        if (!process.waitFor(COMMAND_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Result(process.waitFor(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
