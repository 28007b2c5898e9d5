package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Everything starts at once, in a random order, but for one replica that comes twenty seconds late: it becomes one
 * cluster of each kind all the same. {@code -Dtimes=20} does it that often, each time with another order.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class StartRaceSystemTest {

    private static final Duration LATE = Duration.ofSeconds(20);
    private static final int TIMES = Integer.getInteger("times", 1);
    private static final long SEED = Long.getLong("seed", 1);

    @Test
    void becomesOneClusterOfEachKind_inWhateverOrderTheReplicasStart() throws Exception {
        Random random = new Random(SEED);
        for (int time = 1; time <= TIMES; time++) {
            Topology topology = Topology.USUAL.at(LocalSystem.freeOffset());
            LocalSystem system = new LocalSystem(
                    TestSystem.HOME, TestSystem.HOME.resolve("system/target/start-race"), topology, Map.of());
            try {
                race(system, random);
            } finally {
                system.kill(system.replicas());
            }
        }
    }

    private static void race(LocalSystem system, Random random) throws Exception {
        List<Replica> order = new ArrayList<>(system.replicas());
        Collections.shuffle(order, random);
        system.prepare();
        long start = System.nanoTime();
        Replica late = order.remove(order.size() - 1);
        for (Replica replica : order) {
            system.start(replica);
        }
        Await.until(
                LATE.multipliedBy(2), "it is time for the late one", () -> System.nanoTime() - start >= LATE.toNanos());
        system.start(late);
        for (Replica replica : system.replicas()) {
            boolean logging = replica.service() == Service.LOGGING;
            TreeSet<String> expected = new TreeSet<>();
            system.replicas().stream()
                    .filter(other -> logging == (other.service() == Service.LOGGING))
                    .forEach(other -> expected.add(other.name()));
            Await.until(
                    TestSystem.PATIENCE,
                    replica.name() + " is healthy",
                    () -> system.missing(replica).isEmpty());
            Client client = new Client("http://127.0.0.1:" + replica.httpPort());
            Await.until(
                    TestSystem.PATIENCE,
                    replica.name() + " sees " + expected,
                    () -> members(client).equals(expected));
        }
        assertEquals(7, system.running().size());
    }

    private static TreeSet<String> members(Client client) throws Exception {
        return new TreeSet<>(Arrays.asList(
                Client.json(client.get("/health")).get("members").asText().split(", ")));
    }
}
