package microservices.system.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import microservices.system.bench.PostLoad.Outcome;
import microservices.system.bench.PostsBench.Series;

/** {@code ./run bench}: starts systems of its own, measures them in turns, and checks that each has kept what it took. */
public final class Bench {

    /**
     * What the user asked for.
     *
     * @param what posts, get, growth, memory, start or watch
     * @param seconds how long each single measurement takes
     * @param connections how many clients post at the same time
     */
    public record Options(String what, int seconds, List<Integer> connections) {
        public static final Options USUAL = new Options("posts", 10, List.of(1, 16, 64, 256));
    }

    private final Path home;
    private final Path folder;
    private final PrintStream out;
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private final List<Contender> contenders = new ArrayList<>();

    /** @param folder for logs, and for what was measured */
    public Bench(Path home, Path folder, PrintStream out) {
        this.home = home;
        this.folder = folder;
        this.out = out;
    }

    /** Returns whether every system has kept what it acknowledged. */
    public boolean run(Options options) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "shutdown"));
        out.println("Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " cores.");
        try {
            switch (options.what()) {
                case "posts" -> posts(options);
                case "growth" -> new GrowthBench(this, options).run();
                case "get" -> new GetBench(this, options).run();
                case "memory" -> new MemoryBench(this).run();
                case "start" -> new StartBench(this).run();
                case "watch" -> new WatchBench(this, options).run();
                default -> throw new IllegalArgumentException(options.what());
            }
            for (Contender contender : List.copyOf(contenders)) {
                contender.check();
            }
            out.println();
            out.println("Checked: what was acknowledged is logged once and held once.");
            return true;
        } catch (IOException e) {
            out.println(e.getMessage());
            return false;
        } finally {
            close();
        }
    }

    private synchronized void close() {
        contenders.forEach(Contender::close);
        contenders.clear();
    }

    PrintStream out() {
        return out;
    }

    /** Has room for all that is posted, unless the user has set it. */
    void heap(String heap) {
        environment.putIfAbsent("HEAP", heap);
    }

    /** Starts a system as it ships. */
    Contender system(String name) throws IOException, InterruptedException {
        return started(Contender.system(name, home, folder, environment));
    }

    synchronized Contender started(Contender contender) throws IOException, InterruptedException {
        contenders.add(contender);
        contender.start();
        return contender;
    }

    /** Checks one, ends it and forgets it. */
    void end(Contender contender) throws IOException, InterruptedException {
        contender.check();
        contender.close();
        synchronized (this) {
            contenders.remove(contender);
        }
    }

    private void posts(Options options) throws IOException, InterruptedException {
        heap("1g");
        out.println(
                "Starting the HTTP server with nothing behind it, the architecture's usual form, and the system ...");
        started(Contender.ceiling(home, folder, environment));
        started(Contender.plain(home, folder, environment));
        system("system");
        Map<Integer, Map<Contender, Series>> results = new PostsBench(
                        List.copyOf(contenders), options.connections(), Duration.ofSeconds(options.seconds()), out)
                .run();

        Report report = new Report("Posts acknowledged a second; latencies in ms, medians of the rounds");
        Report half = new Report("Latencies in ms at half of that rate, counted from when each post was due");
        Report cpu = new Report("CPU microseconds for a message in each process");
        Map<String, Map<String, Double>> bars = new LinkedHashMap<>();
        results.forEach((count, each) -> {
            Map<String, Double> medians = new LinkedHashMap<>();
            each.forEach((contender, series) -> medians.put(contender.name, series.median()));
            bars.put(count + (count == 1 ? " connection" : " connections"), medians);
            each.forEach((contender, series) -> {
                List<Double> rates =
                        series.rounds.stream().map(Outcome::perSecond).toList();
                report.row(
                        "connections", count,
                        "", contender.name,
                        "posts/s", series.median(),
                        "least", Statistics.least(rates),
                        "most", Statistics.most(rates),
                        "of the ceiling", series.median() / medians.get(Contender.CEILING),
                        "x one at a time", series.median() / medians.get(Contender.PLAIN),
                        "p50", series.millis(50),
                        "p99", series.millis(99),
                        "p99.9", series.millis(99.9),
                        "not kept", series.refused());
                half.row(
                        "connections", count,
                        "", contender.name,
                        "posts/s", series.atHalfRate.perSecond(),
                        "p50", series.atHalfRate.millis(50),
                        "p99", series.atHalfRate.millis(99),
                        "p99.9", series.atHalfRate.millis(99.9));
                series.cpuMicros.forEach((process, micros) ->
                        cpu.row("connections", count, "", contender.name, "process", process, "microseconds", micros));
            });
        });
        print("posts", report);
        print("posts-at-half-rate", half);
        print("posts-cpu", cpu);
        picture("posts", "Posts a second", bars);
    }

    /** Prints a table, and writes it as JSON. */
    void print(String name, Report report) throws IOException {
        report.print(out);
        report.write(
                folder.resolve(name + ".json"),
                Map.of(
                        "java",
                        Runtime.version().toString(),
                        "cores",
                        Runtime.getRuntime().availableProcessors()));
    }

    void picture(String name, String title, Map<String, Map<String, Double>> bars) throws IOException {
        Path file = folder.resolve(name + ".svg");
        Files.writeString(file, Picture.of(title, bars));
        out.printf(Locale.ROOT, "%nThe tables are in %s as JSON, and a picture as %s.%n", folder, file.getFileName());
    }
}
