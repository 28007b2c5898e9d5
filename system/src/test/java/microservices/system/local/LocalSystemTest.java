package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a replica is started with, and that it can be frozen; other commands stand in for the services. */
@Timeout(60)
class LocalSystemTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Topology TOPOLOGY = new Topology(1, 1, 1, 0);
    private static final Replica MESSAGES = TOPOLOGY.replicas(Service.MESSAGES).get(0);

    @TempDir
    private Path folder;

    private LocalSystem system;

    /** Replicas that have names for hosts, and for which a command of ours runs. */
    private static class Elsewhere implements Placement {

        private final List<String> first;

        Elsewhere(List<String> first) {
            this.first = first;
        }

        @Override
        public String host(Replica replica) {
            return replica.name() + ".test";
        }

        @Override
        public List<String> command(Replica replica, List<String> command) {
            List<String> ours = new ArrayList<>(first);
            ours.addAll(command);
            return ours;
        }

        @Override
        public Map<String, String> environment(Replica replica) {
            return Map.of("ADVERTISED_HOST", host(replica), "HOST_IP", "");
        }
    }

    private void prepare(Map<String, String> environment, String... first) throws IOException {
        prepare(environment, new Elsewhere(List.of(first)));
    }

    private void prepare(Placement placement) throws IOException {
        prepare(Map.of(), placement);
    }

    private void prepare(Map<String, String> environment, Placement placement) throws IOException {
        system = new LocalSystem(folder, folder, TOPOLOGY, environment, placement);
        system.prepare();
    }

    @AfterEach
    void killsWhatIsLeft() {
        if (system != null) {
            system.kill(system.replicas());
        }
    }

    @Test
    void startsAReplicaWhereItIsPlaced() throws Exception {
        prepare(Map.of("HOST_IP", "10.0.0.1", "HEAP", "300m"), "sh", "-c", "env; echo \"$@\"", "sh");
        List<String> log = logOf(Map.of());
        assertTrue(log.contains("ADVERTISED_HOST=messages-service-1.test"), log.toString());
        assertTrue(log.contains("HOST_IP="), log.toString());
        assertTrue(log.contains("QUEUE_PEERS=facade-service-1.test:5704,messages-service-1.test:5706"), log.toString());
        assertTrue(log.get(log.size() - 1).contains("-Xmx300m -jar " + folder), log.toString());
    }

    @Test
    void givesAReplicaMoreForOneStart() throws Exception {
        prepare(Map.of("HEAP", "300m"), "sh", "-c", "env; echo \"$@\"", "sh");
        List<String> log = logOf(Map.of("HEAP", "64m", "FAKETIME", "+60s"));
        assertTrue(log.contains("FAKETIME=+60s"), log.toString());
        assertTrue(log.get(log.size() - 1).contains("-Xmx64m "), log.toString());

        Files.delete(system.log(MESSAGES));
        List<String> next = logOf(Map.of());
        assertTrue(next.stream().noneMatch(line -> line.contains("FAKETIME")), next.toString());
    }

    private List<String> logOf(Map<String, String> more) throws Exception {
        Process process = system.start(MESSAGES, more).orElseThrow();
        assertTrue(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS));
        return Files.readAllLines(system.log(MESSAGES));
    }

    @Test
    void freezesAReplicaAndLetsItGoOn() throws Exception {
        prepare(Map.of(), "sh", "-c", "exec sleep 1000");
        Process process = system.start(MESSAGES).orElseThrow();
        system.pause(List.of(MESSAGES));
        Await.until(SOON, "it is frozen", () -> state(process).startsWith("T"));
        assertTrue(system.process(MESSAGES).isPresent());
        system.resume(List.of(MESSAGES));
        Await.until(SOON, "it goes on", () -> state(process).startsWith("S"));

        system.pause(List.of(MESSAGES));
        system.kill(List.of(MESSAGES));
        assertEquals(List.of(), system.running());
        assertThrows(IOException.class, () -> system.pause(List.of(MESSAGES)));
    }

    @Test
    void startsNothing_onceItHasEnded_andLeavesNothingBehind() throws Exception {
        Thread[] ending = new Thread[1];
        // Asked to end while the first start is under way.
        prepare(new Elsewhere(List.of("sh", "-c", "exec sleep 1000")) {
            @Override
            public List<String> command(Replica replica, List<String> command) {
                if (ending[0] == null) {
                    ending[0] = new Thread(() -> {
                        system.end();
                        system.stop(system.running());
                    });
                    ending[0].start();
                    Await.until(SOON, "it waits for the start", () -> ending[0].getState() == Thread.State.BLOCKED);
                }
                return super.command(replica, command);
            }
        });
        List<Process> started = new ArrayList<>();
        for (Replica replica : system.replicas()) {
            system.start(replica).ifPresent(started::add);
        }
        ending[0].join(SOON.toMillis());
        assertEquals(1, started.size());
        assertTrue(started.get(0).waitFor(SOON.toSeconds(), TimeUnit.SECONDS));
        assertEquals(List.of(), system.running());
        LocalSystem second = LocalSystem.open(folder, folder, Map.of()).orElseThrow();
        assertEquals(Optional.empty(), second.start(MESSAGES), "a second terminal starts it");
        second.prepare();
        assertTrue(second.start(MESSAGES).isPresent());
    }

    @Test
    void startsAReplicaOnce_howeverManyStartItAtOnce() throws Exception {
        prepare(Map.of(), "sh", "-c", "exec sleep 1000");
        List<CompletableFuture<Optional<Process>>> starts = Stream.generate(
                        () -> new CompletableFuture<Optional<Process>>())
                .limit(4)
                .toList();
        for (CompletableFuture<Optional<Process>> start : starts) {
            start.completeAsync(() -> {
                try {
                    return system.start(MESSAGES);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        int started = 0;
        for (CompletableFuture<Optional<Process>> start : starts) {
            started += start.get(SOON.toSeconds(), TimeUnit.SECONDS).isPresent() ? 1 : 0;
        }
        assertEquals(1, started);
    }

    @Test
    void startsAReplicaApartFromTheTerminal() throws Exception {
        assumeTrue(Command.exists("setsid"));
        prepare(Map.of(), "sh", "-c", "exec sleep 1000");
        String pid = String.valueOf(system.start(MESSAGES).orElseThrow().pid());
        Await.until(
                SOON,
                "a group of its own",
                () -> Command.run("ps", "-o", "pgid=", "-p", pid).equals(pid));
    }

    @Test
    void neitherTakesNorSignalsAnotherProcessWithTheSameId() throws Exception {
        prepare(Map.of(), "sh", "-c", "exec sleep 1000");
        Process stranger = new ProcessBuilder("sleep", "1000").start();
        try {
            for (String start : List.of(
                    "-",
                    "0",
                    "2026-01-01T00:00:00Z",
                    NotedProcess.of(stranger.toHandle()).start() + "0")) {
                Files.writeString(folder.resolve("messages-service-1.pid"), stranger.pid() + " " + start);
                assertEquals(Optional.empty(), system.process(MESSAGES));
                system.kill(List.of(MESSAGES));
                system.stop(List.of(MESSAGES));
                assertTrue(stranger.isAlive());
            }
            assertTrue(system.start(MESSAGES).isPresent());
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void keepsItsSettings_andTellsOthers() throws Exception {
        prepare(Map.of("HEAP", "300m", "LOG_LEVEL", "debug"));
        Map<String, String> other = Map.of("HEAP", "64m", "HOME", "/");
        LocalSystem second = LocalSystem.open(folder, folder, other).orElseThrow();
        assertTrue(second.isWhole());
        assertEquals(Map.of("HEAP", "64m"), second.settingsOtherwiseIn(other));
        assertEquals(Optional.of("300m"), second.setting("HEAP"));
        assertEquals(Optional.of("debug"), second.setting("LOG_LEVEL"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.6, 0.95})
    void findsAndStopsWhatIsLeft_whenItsTopologyIsCut(double part) throws Exception {
        prepare(Map.of(), "sh", "-c", "exec sleep 1000");
        Process process = system.start(MESSAGES).orElseThrow();
        Path file = folder.resolve("topology.properties");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, (int) (whole.length * part)));
        Files.writeString(folder.resolve("logging-service-1.pid"), "");
        Files.createDirectories(folder.resolve("facade-service-1.pid"));

        LocalSystem second = LocalSystem.open(folder, folder, Map.of()).orElseThrow();
        assertFalse(second.isWhole());
        assertEquals(List.of(MESSAGES), second.running());
        second.stop(second.running());
        assertTrue(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS));
        Files.delete(folder.resolve("facade-service-1.pid"));
    }

    @Test
    void thereIsNoSystem_whereNothingWasNoted() throws Exception {
        Files.writeString(folder.resolve("topology.properties"), "");
        assertEquals(Optional.empty(), LocalSystem.open(folder, folder, Map.of()));
        assertEquals(Optional.empty(), LocalSystem.open(folder, folder.resolve("none"), Map.of()));
        assertEquals(Optional.empty(), LocalSystem.open(folder, folder.resolve("topology.properties"), Map.of()));
    }

    private static String state(Process process) throws IOException {
        return Command.run("ps", "-o", "stat=", "-p", String.valueOf(process.pid()));
    }
}
