package microservices.system.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import microservices.system.local.LocalSystem;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;

/** Waits until replicas are healthy, and says what it is waiting for. */
final class HealthWait {

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final int LAST_BYTES = 8_192;

    private HealthWait() {}

    /** Waits until these replicas are healthy, and says what it is waiting for whenever that changes. */
    static void until(LocalSystem system, List<Replica> replicas, PrintStream out)
            throws Refused, IOException, InterruptedException {
        until(system, replicas, Set.of(), Map.of(), out);
    }

    /**
     * The same, where some of the replicas were found running. They may have been about to end: if one does, it is
     * started, which is what was asked for.
     *
     * @param more what a replica that is started is told beside its settings
     */
    static void until(
            LocalSystem system, List<Replica> replicas, Set<Replica> found, Map<String, String> more, PrintStream out)
            throws Refused, IOException, InterruptedException {
        long start = System.nanoTime();
        String said = "";
        List<Replica> waiting = new ArrayList<>(replicas);
        Set<Replica> notOurs = new HashSet<>(found);
        while (true) {
            for (Replica replica : waiting) {
                if (system.process(replica).isPresent()) {
                    continue;
                }
                if (!notOurs.remove(replica)) {
                    throw new Refused(replica.name() + " has ended; ./run logs " + replica.name() + " says why. "
                            + lastLine(system.log(replica)));
                }
                system.start(replica, more);
                out.println(replica.name() + " was ending; it is started again.");
            }
            Map<Replica, String> missing = new LinkedHashMap<>();
            waiting.forEach(replica -> missing.put(replica, system.missing(replica)));
            waiting.removeIf(replica -> missing.get(replica).isEmpty());
            if (waiting.isEmpty()) {
                out.printf(
                        Locale.ROOT,
                        "Healthy after %.1f s.%n",
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / 1000.0);
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
        if (!Files.exists(log)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - LAST_BYTES));
            byte[] end = new byte[LAST_BYTES];
            int length = Math.max(0, file.read(end));
            String text = new String(end, 0, length, StandardCharsets.UTF_8).stripTrailing();
            return text.substring(text.lastIndexOf('\n') + 1);
        }
    }
}
