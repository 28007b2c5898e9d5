package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import microservices.system.local.LocalSystem;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code run} as a user types it, with the smallest system: one replica of each service. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RunScriptSystemTest {

    private static final String FOLLOWING = "Ctrl-C stops everything";

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    private record Result(int exit, String output) {}

    @AfterEach
    void stopWhatIsLeft() throws Exception {
        run("down");
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void startsFollowsStopsAndStartsAgain() throws Exception {
        int offset = LocalSystem.freeOffset();
        String portOffset = String.valueOf(offset);
        String[] smallest = {"--facade", "1", "--logging", "1", "--messages", "1", "--port-offset", portOffset};
        Process first = start(smallest);
        Await.until(TestSystem.PATIENCE, "the logs are followed", () -> output().contains(FOLLOWING));
        Client facade = new Client("http://127.0.0.1:" + (8000 + offset));
        assertTrue(output().contains("curl -X POST http://127.0.0.1:" + (8000 + offset) + "/"), output());

        assertEquals(201, facade.post("msg1").statusCode());
        Await.until(
                Duration.ofSeconds(20),
                "the replica's log is shown with its name",
                () -> output().contains("messages-service-1 | ")
                        && output().contains("Received and removed message from MQ: text='msg1'"));

        Result second = run(smallest);
        assertEquals(1, second.exit());
        assertTrue(second.output().startsWith("A system is running here already"), second.output());

        assertEquals(
                3,
                run("ps")
                        .output()
                        .lines()
                        .filter(line -> line.endsWith(" healthy"))
                        .count());
        assertEquals(0, run("kill", "messages-service-1").exit());
        assertTrue(run("ps").output().contains("it is not running"));
        Result restarted = run("start", "messages-service-1");
        assertEquals(0, restarted.exit(), restarted.output());
        Await.until(
                Duration.ofSeconds(30),
                "the message is held again",
                () -> facade.read().held().equals(List.of("msg1")));
        assertTrue(run("logs", "logging-service-1").output().contains("Received message: text='msg1'"));
        assertEquals(
                "There is no nobody here; there are logging-service-1, messages-service-1, facade-service-1.",
                run("stop", "nobody").output().strip());

        assertEquals(0, run("down").exit());
        assertTrue(first.waitFor(30, TimeUnit.SECONDS), "the first terminal has not ended");
        assertEquals("Nothing is running here.", run("down").output().strip());
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        int offset = LocalSystem.freeOffset();
        try (ServerSocket taken = new ServerSocket(8180 + offset, 1, InetAddress.getLoopbackAddress())) {
            Result refused = run("--port-offset", String.valueOf(offset));
            assertEquals(1, refused.exit());
            assertTrue(
                    refused.output()
                            .startsWith("Port " + taken.getLocalPort() + " is taken, and messages-service-1 needs it"),
                    refused.output());
        }
    }

    @Test
    void saysThatTheJdkIsTooOld() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("old/bin"));
        Path java = Files.writeString(bin.resolve("java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
        assertTrue(java.toFile().setExecutable(true));
        ProcessBuilder builder = builder("ps");
        builder.environment().put("JAVA_HOME", folder.resolve("old").toString());
        Result refused = finish(builder.start());
        assertEquals(1, refused.exit());
        assertTrue(refused.output().startsWith("Java 11 is too old"), refused.output());
    }

    @Test
    void refusesWhatItDoesNotKnow() throws Exception {
        assertEquals(
                "There is no verb 'dance'; ./run help lists them.",
                run("dance").output().strip());
        assertEquals(
                "--logging: 0 (expected: 1 to 20)",
                run("--logging", "0").output().strip());
        assertEquals(
                "No system has been started here; type ./run.",
                run("ps").output().strip());
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(TestSystem.HOME.resolve("run").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("RUN_FOLDER", folder.resolve("run").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("HOST_IP");
        return builder;
    }

    private Process start(String... arguments) throws IOException {
        Process process = builder(arguments)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private Result run(String... arguments) throws Exception {
        return finish(builder(arguments).start());
    }

    private Result finish(Process process) throws Exception {
        started.add(process);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return new Result(process.exitValue(), output);
    }
}
