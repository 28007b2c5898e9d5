package microservices.system.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import microservices.system.bench.PostLoad.Outcome;

/**
 * How many posts a second the system acknowledges, and how soon, beside the HTTP server with nothing behind it and the
 * architecture's usual form. All are up at the same time and are measured in turns, so that a noisy machine hurts all alike.
 */
final class PostsBench {

    private static final int ROUNDS = 3;

    private final List<Contender> contenders;
    private final List<Integer> connections;
    private final Duration time;
    private final PrintStream out;
    private final Map<Integer, Map<Contender, Series>> results = new LinkedHashMap<>();

    /** All rounds of one contender with one number of connections. */
    static final class Series {
        final List<Outcome> rounds = new ArrayList<>();
        /** By process: what it took for a message, in microseconds, over all rounds. */
        final Map<String, Double> cpuMicros = new LinkedHashMap<>();

        Outcome atHalfRate;

        double median() {
            return Statistics.median(rounds.stream().map(Outcome::perSecond).toList());
        }

        double millis(double percentile) {
            return Statistics.median(
                    rounds.stream().map(round -> round.millis(percentile)).toList());
        }

        int refused() {
            return rounds.stream()
                    .mapToInt(round -> round.refused() + round.broken())
                    .sum();
        }
    }

    PostsBench(List<Contender> contenders, List<Integer> connections, Duration time, PrintStream out) {
        this.contenders = contenders;
        this.connections = connections;
        this.time = time;
        this.out = out;
    }

    Map<Integer, Map<Contender, Series>> run() throws IOException {
        // First with many connections: what runs often is compiled soon.
        for (int count : connections.stream().sorted(Comparator.reverseOrder()).toList()) {
            for (Contender contender : contenders) {
                out.printf(Locale.ROOT, "Warming up with %d connections: %s%n", count, contender.name);
                contender.warm(count, time);
            }
        }
        for (int count : connections) {
            Map<Contender, Series> each = new LinkedHashMap<>();
            contenders.forEach(contender -> each.put(contender, new Series()));
            results.put(count, each);
            for (int round = 1; round <= ROUNDS; round++) {
                StringBuilder line = new StringBuilder();
                for (Contender contender : contenders) {
                    Outcome outcome = measure(contender, count, each.get(contender));
                    line.append(String.format(Locale.ROOT, "  %s %.0f/s", contender.name, outcome.perSecond()));
                }
                out.printf(Locale.ROOT, "%d connections, round %d of %d:%s%n", count, round, ROUNDS, line);
            }
            for (Contender contender : contenders) {
                atHalfRate(contender, count, each.get(contender));
            }
        }
        return results;
    }

    private Outcome measure(Contender contender, int count, Series series) throws IOException {
        Map<String, Duration> before = contender.cpu();
        Outcome outcome;
        try (PostLoad load = contender.load(count)) {
            outcome = load.asFastAsAnswered(time);
        }
        series.rounds.add(outcome);
        contender.cpu().forEach((process, after) -> {
            double micros = after.minus(before.get(process)).toNanos() / 1e3 / Math.max(1, outcome.acknowledged());
            series.cpuMicros.merge(process, micros / ROUNDS, Double::sum);
        });
        series.cpuMicros.merge(
                "load generator",
                outcome.cpu().toNanos() / 1e3 / Math.max(1, outcome.acknowledged()) / ROUNDS,
                Double::sum);
        return outcome;
    }

    private void atHalfRate(Contender contender, int count, Series series) throws IOException {
        try (PostLoad load = contender.load(count)) {
            series.atHalfRate = load.atRate(series.median() / 2, time);
        }
    }
}
