package microservices.system.bench;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** How long both lists take to be read, and how much readers slow posts. */
final class GetBench {

    private static final List<Integer> HELD = List.of(10_000, 100_000, 1_000_000);
    private static final int READINGS = 7;
    private static final int ROUNDS = 3;
    private static final int CONNECTIONS = 64;
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Bench bench;
    private final Duration time;

    GetBench(Bench bench, Bench.Options options) {
        this.bench = bench;
        this.time = Duration.ofSeconds(options.seconds());
    }

    void run() throws IOException, InterruptedException {
        bench.heap("1g");
        Contender system = bench.system("system");
        Report report =
                new Report("Seconds for GET /, and posts a second by " + CONNECTIONS + " connections beside it");
        for (int held : HELD) {
            system.fill(held);
            int before = system.texts.acknowledged();
            List<Double> alone = new ArrayList<>();
            for (int i = 0; i < READINGS; i++) {
                alone.add(read(system));
            }
            List<Double> noReader = new ArrayList<>();
            List<Double> one = new ArrayList<>();
            List<Double> ten = new ArrayList<>();
            Queue<Double> byTen = new ConcurrentLinkedQueue<>();
            for (int round = 0; round < ROUNDS; round++) {
                noReader.add(post(system, 0, byTen));
                one.add(post(system, 1, new ConcurrentLinkedQueue<>()));
                ten.add(post(system, 10, byTen));
            }
            report.row(
                    "held",
                    before,
                    "one reader alone",
                    Statistics.median(alone),
                    "each of ten",
                    byTen.isEmpty() ? 0.0 : Statistics.median(List.copyOf(byTen)),
                    "posts/s",
                    Statistics.median(noReader),
                    "beside one",
                    Statistics.median(one) / Statistics.median(noReader),
                    "beside ten",
                    Statistics.median(ten) / Statistics.median(noReader));
        }
        bench.print("get", report);
    }

    private double post(Contender system, int readers, Queue<Double> seconds) throws IOException, InterruptedException {
        return system.rate(CONNECTIONS, time, Collections.nCopies(readers, () -> readOn(system, seconds)));
    }

    /** Reads again and again; a reading that was refused does not count. */
    private static void readOn(Contender system, Queue<Double> seconds) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                seconds.add(read(system));
            } catch (IOException e) {
                LockSupport.parkNanos(PAUSE.toNanos()); // refused, since too many read at once
            }
        }
    }

    private static double read(Contender system) throws IOException {
        long begun = System.nanoTime();
        try (InputStream lists = system.read("/")) {
            byte[] buffer = new byte[64 * 1024];
            while (lists.read(buffer) >= 0) {
                // all of it
            }
        }
        return (System.nanoTime() - begun) / 1e9;
    }
}
