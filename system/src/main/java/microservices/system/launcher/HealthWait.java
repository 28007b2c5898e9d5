package microservices.system.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import microservices.system.local.LocalSystem;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;

/** Waits until replicas are healthy, and says what it is waiting for. */
final class HealthWait {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(300);

    private HealthWait() {}

    /** Waits until these replicas are healthy, and says what it is waiting for whenever that changes. */
    static void until(LocalSystem system, List<Replica> replicas, PrintStream out)
            throws Refused, IOException, InterruptedException {
        long start = System.nanoTime();
        String said = "";
        List<Replica> waiting = new ArrayList<>(replicas);
        while (true) {
            for (Replica replica : waiting) {
                if (system.process(replica).isEmpty()) {
                    throw new Refused(replica.name() + " has ended; ./run logs " + replica.name() + " says why. "
                            + lastLine(system.log(replica)));
                }
            }
            Map<Replica, String> missing = new LinkedHashMap<>();
            waiting.forEach(replica -> missing.put(replica, system.missing(replica)));
            waiting.removeIf(replica -> missing.get(replica).isEmpty());
            if (waiting.isEmpty()) {
                out.printf(
                        "Healthy after %.1f s.%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / 1000.0);
                return;
            }
            String now = "Waiting for " + Topology.names(waiting) + ": " + missing.get(waiting.get(0));
            if (!now.equals(said)) {
                out.println(now);
                said = now;
            }
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new Refused("Not healthy after " + LIMIT.toMinutes() + " minutes; ./run logs says more.");
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
}
