package microservices.system.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Whether posts become slower with what is held: a system that is filled, and one that is not, in turns. */
final class GrowthBench {

    private static final List<Integer> HELD = List.of(0, 100_000, 1_000_000);
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 3;

    private final Bench bench;
    private final Duration time;

    GrowthBench(Bench bench, Bench.Options options) {
        this.bench = bench;
        this.time = Duration.ofSeconds(options.seconds());
    }

    void run() throws IOException, InterruptedException {
        bench.heap("1g");
        Contender few = bench.system("few");
        Contender full = bench.system("filled");
        for (Contender contender : List.of(few, full)) {
            bench.out().println("Warming up: " + contender.name);
            contender.warm(CONNECTIONS, time);
        }
        Report report = new Report("Posts acknowledged a second by " + CONNECTIONS + " connections");
        Map<String, Map<String, Double>> bars = new LinkedHashMap<>();
        for (int held : HELD) {
            full.fill(held);
            List<Double> some = new ArrayList<>();
            List<Double> all = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            int fewHeld = few.texts.acknowledged();
            int fullHeld = full.texts.acknowledged();
            for (int round = 0; round < ROUNDS; round++) {
                some.add(few.rate(CONNECTIONS, time));
                all.add(full.rate(CONNECTIONS, time));
                ratios.add(all.get(round) / some.get(round));
            }
            report.row(
                    "held by few", fewHeld,
                    "held by filled", fullHeld,
                    "posts/s few", Statistics.median(some),
                    "posts/s filled", Statistics.median(all),
                    "filled/few", Statistics.median(ratios),
                    "least", Statistics.least(ratios),
                    "most", Statistics.most(ratios));
            bars.put(
                    String.format(Locale.ROOT, "%,d held", fullHeld), Map.of("posts a second", Statistics.median(all)));
        }
        bench.print("growth", report);
        bench.picture("growth", "Posts a second by what is held", bars);
    }
}
