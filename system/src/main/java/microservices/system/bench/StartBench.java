package microservices.system.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.system.local.Topology.Replica;

/** From built to healthy: how long, at what cost, and how quick the first posts are. */
final class StartBench {

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final int ROUNDS = 5;

    private final Bench bench;

    StartBench(Bench bench) {
        this.bench = bench;
    }

    void run() throws IOException, InterruptedException {
        List<Double> healthy = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        List<Double> hundredth = new ArrayList<>();
        Map<String, List<Double>> cpu = new LinkedHashMap<>();
        Map<String, List<Double>> resident = new LinkedHashMap<>();
        for (int round = 1; round <= ROUNDS; round++) {
            long begun = System.nanoTime();
            Contender system = bench.system("start");
            healthy.add((System.nanoTime() - begun) / 1e9);
            for (Map.Entry<String, Duration> process : system.cpu().entrySet()) {
                add(cpu, process.getKey(), process.getValue().toMillis() / 1e3);
            }
            for (Replica replica : system.local().replicas()) {
                add(resident, replica.name(), residentMegabytes(system, replica));
            }
            try (PostLoad load = system.load(1)) {
                first.add(load.one());
                for (int i = 2; i < 100; i++) {
                    load.one();
                }
                hundredth.add(load.one());
            }
            bench.end(system);
        }
        Report report = new Report("From the start of seven processes until all are healthy; medians of " + ROUNDS);
        report.row(
                "seconds", Statistics.median(healthy),
                "least", Statistics.least(healthy),
                "most", Statistics.most(healthy),
                "first post (ms)", Statistics.median(first),
                "hundredth post (ms)", Statistics.median(hundredth));
        bench.print("start", report);
        Report each = new Report("By then");
        cpu.forEach((process, seconds) -> each.row(
                "process", process,
                "CPU seconds", Statistics.median(seconds),
                "resident MB", Statistics.median(resident.get(process))));
        bench.print("start-processes", each);
    }

    private static void add(Map<String, List<Double>> all, String process, double value) {
        all.computeIfAbsent(process, name -> new ArrayList<>()).add(value);
    }

    /** As Linux says; 0 elsewhere. */
    private static double residentMegabytes(Contender system, Replica replica) throws IOException {
        long pid = system.local().process(replica).orElseThrow().pid();
        Path status = Path.of("/proc", String.valueOf(pid), "status");
        Matcher resident = RESIDENT.matcher(Files.exists(status) ? Files.readString(status) : "");
        return resident.find() ? Long.parseLong(resident.group(1)) / 1024.0 : 0;
    }
}
