package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Command;
import microservices.system.local.LocalSystem;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The script {@code run} as a user types it, with the smallest system: one replica of each service. In a folder with a
 * name in Cyrillic letters, while the locale has none of them.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RunScriptSystemTest {

    private static final String FOLLOWING = "Ctrl-C stops everything";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String MESSAGE = "\u043f\u043e\u0432\u0456\u0434\u043e\u043c\u043b\u0435\u043d\u043d\u044f";

    /** As bytes, since a JVM in such a locale could not pass on its name. */
    private static final String CLONE =
            "cd \"$0\" && cd $'\\321\\201\\320\\265\\321\\200\\320\\262\\321\\226\\321\\201 1'";

    /** A language with digits of its own. */
    private static final Map<String, String> PERSIAN =
            Map.of("JAVA_TOOL_OPTIONS", "-Duser.language=fa -Duser.country=IR");

    @TempDir
    private Path folder;

    private Path runFolder;
    private final List<Process> started = new ArrayList<>();

    private record Result(int exit, String output) {}

    @BeforeEach
    void clones() throws Exception {
        runFolder = folder.resolve("run folder");
        String link = "mkdir \"$0\"/$'\\321\\201\\320\\265\\321\\200\\320\\262\\321\\226\\321\\201 1' && " + CLONE
                + " && cp -p \"$1/run\" \"$1/pom.xml\" . && for part in common facade logging messages system;"
                + " do ln -s \"$1/$part\" .; done";
        Command.run("bash", "-c", link, folder.toString(), TestSystem.HOME.toString());
    }

    @AfterEach
    void stopWhatIsLeft() throws Exception {
        run("down");
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void startsFollowsStopsAndStartsAgain() throws Exception {
        int offset = LocalSystem.freeOffset();
        Map<String, String> settings = settings("HEAP", "200m");
        settings.put("LIVE_PAGE", "off");
        Process first = start(settings, smallest(offset));
        Await.until(TestSystem.PATIENCE, "the logs are followed", () -> output().contains(FOLLOWING));
        Client facade = new Client("http://127.0.0.1:" + (8000 + offset));
        assertTrue(output().contains("curl -X POST http://127.0.0.1:" + (8000 + offset) + "/"), output());

        assertEquals(404, facade.get("/live").statusCode());
        assertEquals(404, facade.get("/live/state?after=0").statusCode());
        assertEquals(201, facade.post(MESSAGE).statusCode());
        Await.until(
                SOON,
                "the replica's log is shown with its name",
                () -> output().contains("messages-service-1 | ")
                        && output().contains("Received and removed message from MQ: text='" + MESSAGE + "'"));

        Result second = run(smallest(offset));
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
        assertTrue(arguments("messages-service-1").contains("-Xmx200m"), "it has another heap than its peers");
        Await.until(
                Duration.ofSeconds(30),
                "the message is held again",
                () -> facade.read().held().equals(List.of(MESSAGE)));
        Result verified = run("verify");
        assertEquals(new Result(0, "Everything logged is held once: logged 1 = 1, waiting 0.\n"), verified);
        assertEquals(0, run("stop", "messages-service-1").exit());
        Result alone = run("verify");
        assertEquals(1, alone.exit());
        String unknown = "Not everything could be compared: looking through the ledger needs more members";
        assertTrue(alone.output().startsWith(unknown), alone.output());
        assertEquals(0, run("start", "messages-service-1").exit());
        Result again = run("start", "messages-service-1");
        assertTrue(again.output().startsWith("messages-service-1 is running already."), again.output());
        String logged = run("logs", "logging-service-1").output();
        assertTrue(logged.contains("Received message: text='" + MESSAGE + "'"), logged);
        assertTrue(
                logged.lines().anyMatch(line -> line.matches("logging-service-1 \\| [0-9:.]{12} .*Received message.*")),
                "the times are not in ASCII digits");
        assertEquals(
                "There is no nobody here; there are logging-service-1, messages-service-1, facade-service-1.",
                run("stop", "nobody").output().strip());

        aStartThatIsInterruptedGoesOn();

        assertEquals(0, run("stop", "facade-service-1").exit());
        assertEquals(
                new Result(1, "No facade is running here that could compare; ./run start starts one.\n"),
                run("verify"));
        assertEquals(0, run("down").exit());
        assertTrue(first.waitFor(30, TimeUnit.SECONDS), "the first terminal has not ended");
        assertEquals("Nothing is running here.", run("down").output().strip());
        assertEquals(List.of(), processes());
    }

    /** Ctrl-C in the second terminal, which tells everybody in its group of processes. */
    private void aStartThatIsInterruptedGoesOn() throws Exception {
        assumeTrue(Command.exists("setsid"));
        Replica replica = system().replica("messages-service-1").orElseThrow();
        system().kill(List.of(replica));
        Path said = folder.resolve("start");
        ProcessBuilder builder = builder(Map.of("HEAP", "150m"), "start", "messages-service-1");
        builder.command().add(0, "setsid");
        Process start = builder.redirectOutput(said.toFile()).start();
        started.add(start);
        Await.until(SOON, "it is started", () -> system().process(replica).isPresent());
        Command.run("kill", "-INT", "--", "-" + start.pid());
        assertTrue(start.waitFor(SOON.toSeconds(), TimeUnit.SECONDS));
        Await.until(
                TestSystem.PATIENCE,
                "it is healthy",
                () -> system().missing(replica).isEmpty());
        String aloud = Files.readString(said);
        assertTrue(aloud.startsWith("With HEAP=150m for this start; the system has HEAP=200m.\n"), aloud);
        assertTrue(arguments("messages-service-1").contains("-Xmx150m"));
    }

    @ParameterizedTest
    @CsvSource({"INT, 2, topology.properties", "TERM, 15, logging-service-1.pid", "HUP, 1, facade-service-1.pid"})
    void leavesNothingRunning_whenItIsEndedEarly(String signal, int number, String afterFile) throws Exception {
        assumeFalse(
                isIgnored(number), "who ignores a signal, as nohup does, or a shell in the background, hands that on");
        Process first = start(Map.of(), smallest(LocalSystem.freeOffset()));
        Await.until(SOON, afterFile, () -> Files.exists(runFolder.resolve(afterFile)));
        Command.run("kill", "-" + signal, String.valueOf(first.pid()));
        assertTrue(first.waitFor(60, TimeUnit.SECONDS), "it does not end");
        assertEquals(List.of(), processes());
        assertFalse(output().contains("has ended"), output());
    }

    private static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> (signal - 1) & 1) == 1);
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
    void followsNoLog_whenNobodyReadsIt() throws Exception {
        assumeTrue(Command.run("sh", "-c", "tail --version 2>&1; true").contains("GNU"));
        prepare();
        Files.writeString(runFolder.resolve("messages-service-1.log"), "one\ntwo\n");
        ProcessBuilder builder = builder(Map.of(), "logs", "-f", "messages-service-1");
        builder.command().set(2, CLONE + " && ./run \"$@\" | grep -m1 two");
        assertEquals(new Result(0, "messages-service-1 | two\n"), finish(builder.start()));
    }

    @Test
    void writesAsciiDigitsAndEveryLetter_whateverTheLocale() throws Exception {
        prepare();
        Files.writeString(runFolder.resolve("messages-service-1.log"), MESSAGE + " 1\n");
        assertEquals(
                "messages-service-1 | " + MESSAGE + " 1\n",
                run("logs", "messages-service-1").output());
        Result ps = finish(builder(PERSIAN, "ps").start());
        assertTrue(ps.output().matches("(?s).*messages-service-1 +- +10180 +7706 +it is not running.*"), ps.output());
    }

    @Test
    void saysInOneLine_thatItsFolderIsOfNoUse() throws Exception {
        Files.writeString(runFolder, "no folder");
        assertEquals("No system has been started here; type ./run.\n", run("ps").output());
        assertEquals("Nothing is running here.\n", run("down").output());
        Result refused = run();
        assertEquals(1, refused.exit());
        assertEquals(
                "Cannot use " + runFolder + ": a file of that name is in the way."
                        + " Process ids and logs need a folder; RUN_FOLDER names another one.\n",
                refused.output());
    }

    @Test
    void saysInOneLine_thatTheNotesAreOfNoUse() throws Exception {
        prepare();
        Files.writeString(runFolder.resolve("topology.properties"), "facades=1\nlogg");
        for (String name : List.of("launcher.pid", "facade-service-1.pid")) {
            Files.writeString(runFolder.resolve(name), "");
        }
        Files.writeString(runFolder.resolve("lock"), "");
        assertEquals("Nothing is running here.\n", run("down").output());
        assertEquals("No system has been started here; type ./run.\n", run("ps").output());
        assertEquals(
                "No system has been started here; type ./run.\n",
                run("start", "facade-service-1").output());
    }

    @Test
    void saysThatASettingIsWrong() throws Exception {
        Result refused = finish(builder(Map.of("HEAP", "lots"), smallest(2_000)).start());
        assertEquals(new Result(1, "HEAP: lots (expected: a size such as 256m or 1g)\n"), refused);
    }

    private static String[] smallest(int offset) {
        return new String[] {
            "--facade", "1", "--logging", "1", "--messages", "1", "--port-offset", String.valueOf(offset)
        };
    }

    /** In a language with digits of its own. */
    private static Map<String, String> settings(String name, String value) {
        Map<String, String> settings = new HashMap<>(PERSIAN);
        settings.put(name, value);
        return settings;
    }

    /** As if the usual system had been started. */
    private void prepare() throws IOException {
        Topology shifted = Topology.USUAL.at(2_000);
        new LocalSystem(TestSystem.HOME, runFolder, shifted, Map.of()).prepare();
    }

    private LocalSystem system() {
        return LocalSystem.open(TestSystem.HOME, runFolder, Map.of()).orElseThrow();
    }

    private List<String> arguments(String name) {
        LocalSystem system = system();
        Replica replica = system.replica(name).orElseThrow();
        return List.of(system.process(replica).orElseThrow().info().arguments().orElseThrow());
    }

    /** What runs with our folder in its environment. */
    private List<Long> processes() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> {
                    try {
                        Path environment = Path.of("/proc/" + pid + "/environ");
                        return Files.readString(environment, StandardCharsets.ISO_8859_1)
                                .contains(runFolder.toString());
                    } catch (IOException e) {
                        return false;
                    }
                })
                .toList();
    }

    private ProcessBuilder builder(Map<String, String> environment, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", CLONE + " && exec ./run \"$@\"", folder.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("RUN_FOLDER", runFolder.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().remove("HOST_IP");
        builder.environment().putAll(environment);
        return builder;
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        Process process = builder(environment, arguments)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        started.add(process);
        return process;
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private Result run(String... arguments) throws Exception {
        return finish(builder(Map.of(), arguments).start());
    }

    private Result finish(Process process) throws Exception {
        started.add(process);
        // Ends what hangs, and so the pipe that is read below.
        process.onExit().orTimeout(1, TimeUnit.MINUTES).exceptionally(late -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return process;
        });
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return new Result(process.exitValue(), output);
    }
}
