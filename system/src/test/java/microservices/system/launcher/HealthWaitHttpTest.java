package microservices.system.launcher;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import microservices.system.local.LocalSystem;
import microservices.system.local.Placement;
import microservices.system.local.Service;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for a replica that ends meanwhile; a sleeping process stands in for it. */
@Timeout(60)
class HealthWaitHttpTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    private HttpServer health;
    private LocalSystem system;
    private Replica replica;
    private long first;

    private record Sleeping() implements Placement {

        @Override
        public String host(Replica replica) {
            return "127.0.0.1";
        }

        @Override
        public List<String> command(Replica replica, List<String> command) {
            return List.of("sleep", "1000");
        }

        @Override
        public Map<String, String> environment(Replica replica) {
            return Map.of();
        }
    }

    @BeforeEach
    void starts() throws Exception {
        int offset = LocalSystem.freeOffset();
        Topology topology = new Topology(1, 1, 1, offset);
        replica = topology.replicas(Service.MESSAGES).get(0);
        system = new LocalSystem(folder, folder, topology, Map.of(), new Sleeping());
        system.prepare();
        first = system.start(replica).orElseThrow().pid();
        health = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), replica.httpPort()), 5);
        // Whoever is asked for its health ends, but for a second one.
        health.createContext("/health", exchange -> {
            boolean second = system.process(replica)
                    .filter(process -> process.pid() != first)
                    .isPresent();
            if (!second) {
                system.kill(List.of(replica));
                Files.writeString(system.log(replica), "one\n\ufffd its last line\n");
            }
            exchange.sendResponseHeaders(second ? 200 : 503, -1);
            exchange.close();
        });
        health.start();
    }

    @AfterEach
    void stops() {
        system.kill(system.replicas());
        health.stop(0);
    }

    @Test
    void startsAReplicaThatWasFoundRunning_andWasAboutToEnd() throws Exception {
        HealthWait.until(system, List.of(replica), Set.of(replica), Map.of(), out);
        assertNotEquals(first, system.process(replica).orElseThrow().pid());
        assertTrue(
                said.toString(StandardCharsets.UTF_8).contains(replica.name() + " was ending; it is started again."));
    }

    @Test
    void saysThatAReplicaHasEnded_whichItHasStarted() throws Exception {
        long start = System.nanoTime();
        String refused = assertThrows(Refused.class, () -> HealthWait.until(system, List.of(replica), out))
                .getMessage();
        assertTrue(
                refused.startsWith("messages-service-1 has ended; ./run logs messages-service-1 says why. "), refused);
        assertTrue(refused.endsWith(" its last line"), refused);
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30));
    }
}
