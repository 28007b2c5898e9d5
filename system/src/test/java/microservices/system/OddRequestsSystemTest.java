package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import microservices.testing.OddAnswers;
import microservices.testing.OddRequests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests that no client should send, to each of the three services; {@code -Dseed=} has it make up others. */
@ExtendWith(TestSystem.Shared.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OddRequestsSystemTest {

    private static final int REQUESTS = 600;

    @Test
    void noneOfThemMakesA500_orLeavesAReplicaUnwell(TestSystem system) throws Exception {
        long seed = Long.getLong("seed", 1);
        List<String> faults = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (Replica replica : List.of(
                system.replica("facade-service-1"),
                system.replica("logging-service-1"),
                system.replica("messages-service-1"))) {
            List<String> errorsBefore =
                    system.logLines(replica, " ERROR "); // of stories that killed and started others
            OddAnswers answers = new OddAnswers(replica.httpPort());
            OddRequests odd = new OddRequests(
                    seed, List.of("/", "/message", "/messages", "/health", "/log", "/logs", "/logs/batches"));
            for (int i = 0; i < REQUESTS; i++) {
                answers.send(odd.next());
            }
            answers.faults().forEach(fault -> faults.add(replica.name() + ": " + fault));
            kept.addAll(answers.kept());
            system.awaitHealthy(replica);
            assertEquals(errorsBefore, system.logLines(replica, " ERROR "), replica.name());
        }
        assertEquals(List.of(), faults);

        assertEquals(
                201, system.client("facade-service-1").post("after odd ones").statusCode());
        List<String> log = system.client("logging-service-1").readList("/logs");
        assertTrue(log.containsAll(kept), "what was acknowledged is kept as it was sent");
        Await.until(Duration.ofSeconds(20), "both lists are read", () -> {
            system.client("facade-service-1").read();
            return true;
        });
    }
}
