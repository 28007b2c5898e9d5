package microservices.system.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.system.local.Command;
import microservices.system.local.Topology.Replica;

/** How many bytes a message takes in each process, and how many messages the usual heap takes. Needs a JDK's jcmd. */
final class MemoryBench {

    /** The last line of jcmd's histogram of what is alive: objects and bytes. */
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private static final List<Integer> CONNECTIONS = List.of(1, 64, 256);
    private static final int MESSAGES = 200_000;
    private static final Duration POSTED_WITHIN = Duration.ofMinutes(1);
    private static final int WARM_UP = 5_000;
    private static final int MOST = 50_000_000;
    private static final Duration FILLED_WITHIN = Duration.ofMinutes(20);

    private final Bench bench;

    MemoryBench(Bench bench) {
        this.bench = bench;
    }

    void run() throws IOException, InterruptedException {
        Report report = new Report("Bytes of the heap that a message of " + Texts.LENGTH + " characters takes");
        Contender last = null;
        for (int connections : CONNECTIONS) {
            if (last != null) {
                bench.end(last);
            }
            last = bench.system("system-" + connections);
            last.post(connections, WARM_UP, POSTED_WITHIN);
            last.check(); // all is delivered
            Map<String, Long> before = alive(last);
            int from = last.texts.acknowledged();
            last.post(connections, MESSAGES, POSTED_WITHIN);
            last.check();
            int posted = last.texts.acknowledged() - from;
            alive(last)
                    .forEach((process, after) -> report.row(
                            "connections", connections,
                            "process", process,
                            "messages", posted,
                            "bytes for a message", (double) (after - before.get(process)) / posted));
        }
        bench.print("memory", report);
        bench.out().println("Filling the heap ...");
        last.post(256, MOST, FILLED_WITHIN);
        bench.out()
                .printf(Locale.ROOT, "This heap took %,d messages before it was short.%n", last.texts.acknowledged());
    }

    /** By process: the bytes of what is alive. */
    private static Map<String, Long> alive(Contender contender) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Map<String, Long> alive = new LinkedHashMap<>();
        for (Replica replica : contender.local().replicas()) {
            long pid = contender.local().process(replica).orElseThrow().pid();
            Matcher total = TOTAL.matcher(Command.run(jcmd, String.valueOf(pid), "GC.class_histogram"));
            if (!total.find()) {
                throw new IOException("jcmd does not say how much is alive in " + replica.name());
            }
            alive.put(replica.name(), Long.parseLong(total.group(1)));
        }
        return alive;
    }
}
