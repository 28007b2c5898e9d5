package microservices.system.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.concurrent.Pause;
import microservices.system.local.Topology.Replica;

/** What it costs posts that eight look at the live page, and a monitoring system asks each replica once a second. */
final class WatchBench {

    private static final int VIEWERS = 8;
    private static final int ROUNDS = 7;
    /** What runs seven times a second is compiled much later than what runs with each post. */
    private static final Duration WARM_WATCHED = Duration.ofSeconds(60);

    private static final Pattern NEXT = Pattern.compile("\"next\":(\\d+)");
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Bench bench;
    private final Bench.Options options;
    private final Duration time;
    private final AtomicInteger answers = new AtomicInteger();

    WatchBench(Bench bench, Bench.Options options) {
        this.bench = bench;
        this.options = options;
        this.time = Duration.ofSeconds(options.seconds());
    }

    void run() throws IOException, InterruptedException {
        bench.heap("1g");
        Contender system = bench.system("system");
        Report report =
                new Report("Posts acknowledged a second beside " + VIEWERS + " viewers and a scrape each second");
        for (int connections : options.connections()) {
            bench.out().println("Warming up with " + connections + " connections");
            system.warm(connections, time);
            system.rate(connections, WARM_WATCHED, watchers(system));
            List<Double> alone = new ArrayList<>();
            List<Double> watched = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                // The first of two is a little slower or faster by turns, as the JVM goes on compiling.
                boolean watchedFirst = round % 2 == 1;
                double one = rate(system, connections, watchedFirst);
                double other = rate(system, connections, !watchedFirst);
                alone.add(watchedFirst ? other : one);
                watched.add(watchedFirst ? one : other);
                ratios.add(watched.get(round) / alone.get(round));
            }
            report.row(
                    "connections", connections,
                    "posts/s alone", Statistics.median(alone),
                    "watched", Statistics.median(watched),
                    "watched/alone", Statistics.median(ratios),
                    "least", Statistics.least(ratios),
                    "most", Statistics.most(ratios));
        }
        bench.print("watch", report);
        bench.out().println(answers.get() + " answers to viewers and scrapes.");
    }

    private double rate(Contender system, int connections, boolean watched) throws IOException, InterruptedException {
        return watched
                ? system.rate(connections, time, watchers(system))
                : system.rate(connections, time, Collections.emptyList());
    }

    private List<Runnable> watchers(Contender system) {
        List<Runnable> watchers = new ArrayList<>();
        for (int viewer = 0; viewer < VIEWERS; viewer++) {
            watchers.add(eachSecond(new Viewer(system)));
        }
        for (Replica replica : system.local().replicas()) {
            watchers.add(eachSecond(() -> read(system.open(replica, "/metrics"))));
        }
        return watchers;
    }

    private interface Asking {
        void run() throws IOException;
    }

    /** Asks as the page does, for what has come since its last question. */
    private final class Viewer implements Asking {
        private final Contender system;
        private String after = "0";

        Viewer(Contender system) {
            this.system = system;
        }

        @Override
        public void run() throws IOException {
            Matcher next = NEXT.matcher(read(system.read("/live/state?after=" + after)));
            after = next.find() ? next.group(1) : after;
        }
    }

    /** Until it is interrupted. */
    private static Runnable eachSecond(Asking asking) {
        return () -> {
            while (Pause.of(PERIOD)) {
                try {
                    asking.run();
                } catch (IOException e) {
                    // refused: not counted among the answers
                }
            }
        };
    }

    private String read(InputStream answer) throws IOException {
        try (answer) {
            String text = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            answers.incrementAndGet();
            return text;
        }
    }
}
