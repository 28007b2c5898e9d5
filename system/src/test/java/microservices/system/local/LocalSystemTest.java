package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
    private record Elsewhere(List<String> first) implements Placement {

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
        system = new LocalSystem(folder, folder, TOPOLOGY, environment, new Elsewhere(List.of(first)));
        system.prepare();
    }

    @AfterEach
    void killsWhatIsLeft() {
        system.kill(system.replicas());
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

    private static String state(Process process) throws IOException {
        return Command.run("ps", "-o", "stat=", "-p", String.valueOf(process.pid()));
    }
}
