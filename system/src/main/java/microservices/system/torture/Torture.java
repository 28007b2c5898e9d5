package microservices.system.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import microservices.system.check.FaultRow;
import microservices.system.check.Verdict;
import microservices.system.check.VerdictTable;
import microservices.system.local.LocalSystem;
import microservices.system.local.Topology;
import microservices.system.network.Network;

/**
 * {@code ./run torture}: strikes a system of its own with faults in a random order until the time is up, or a promise
 * is broken. The same seed gives the same faults in the same order, and the same choices within them,
 * wherever the same faults are possible.
 */
public final class Torture {

    /**
     * What the user asked for.
     *
     * @param seed of the order of the faults, and of their choices
     * @param minutes how long faults are begun
     * @param faults names of faults or of their groups; none means all that are possible here
     */
    public record Options(long seed, int minutes, Set<String> faults) {
        public static final Options USUAL = new Options(1, 5, Set.of());
    }

    /** How many violations are printed; the history has all that is needed to find the others. */
    private static final int MOST_SHOWN = 20;

    private final Path home;
    private final Path folder;
    private final PrintStream out;

    public Torture(Path home, Path folder, PrintStream out) {
        this.home = home;
        this.folder = folder;
        this.out = out;
    }

    /** Returns whether every promise was kept. */
    public boolean run(Options options) throws Impossible, IOException, InterruptedException {
        List<Fault> faults = possible(options);
        boolean namespaces = Network.unavailable().isEmpty();
        int offset = namespaces ? 0 : freeOffset();
        TortureRun run = new TortureRun(home, folder, Topology.USUAL.at(offset), namespaces, options.seed());
        Thread end = new Thread(() -> closeQuietly(run), "shutdown");
        Runtime.getRuntime().addShutdownHook(end);
        out.printf(
                Locale.ROOT,
                "Seed %d, %d minutes, %d kinds of faults. Starting a system of seven replicas %s ...%n",
                options.seed(),
                options.minutes(),
                faults.size(),
                namespaces ? "in network namespaces" : "on loopback");
        boolean passed = false;
        try {
            run.open();
            passed = strikeUntil(run, faults, options);
        } catch (IOException e) {
            out.println("The run broke off: " + e.getMessage());
        } finally {
            run.close();
            if (passed) {
                run.forget();
            } else {
                out.println("The history and the replicas' logs are kept in " + run.folder() + ".");
            }
        }
        return passed;
    }

    private boolean strikeUntil(TortureRun run, List<Fault> faults, Options options)
            throws IOException, InterruptedException {
        Duration time = Duration.ofMinutes(options.minutes());
        Duration start = run.elapsed();
        FaultOrder order = new FaultOrder(faults, options.seed());
        Verdict verdict = null;
        int number = 0;
        while (run.elapsed().minus(start).compareTo(time) < 0 && (verdict == null || verdict.passed())) {
            FaultOrder.Next next = order.next();
            for (int strike = 0; strike < next.fault().times() && (verdict == null || verdict.passed()); strike++) {
                Duration before = run.elapsed();
                int acknowledged = run.acknowledged();
                boolean crowd = run.isCrowdNext();
                verdict = run.strike(next.fault(), next.choices());
                progress(
                        ++number,
                        next.fault(),
                        crowd,
                        run.elapsed().minus(before),
                        run.acknowledged() - acknowledged,
                        verdict);
            }
        }
        return report(verdict, run);
    }

    private void progress(int number, Fault fault, boolean crowd, Duration took, int acknowledged, Verdict verdict) {
        FaultRow total = verdict.total();
        out.printf(
                Locale.ROOT,
                "%3d  %-26s %-6s %3d s  %6d acknowledged; in all %d, unknown %d, lost %d, doubled %d%n",
                number,
                fault.name(),
                crowd ? "crowd" : "single",
                took.toSeconds(),
                acknowledged,
                total.acknowledged(),
                total.unknown(),
                total.lost(),
                total.doubled());
    }

    private boolean report(Verdict verdict, TortureRun run) {
        if (verdict == null) {
            out.println("No fault struck.");
            return false;
        }
        out.println();
        out.print(VerdictTable.of(verdict));
        BatchSize size = run.batchSize();
        out.printf(
                Locale.ROOT,
                "Messages in a batch on average: %.1f; in those of more than one: %.1f%n",
                size.average(),
                size.averageOfShared());
        verdict.violations().stream().limit(MOST_SHOWN).forEach(out::println);
        if (verdict.violations().size() > MOST_SHOWN) {
            out.println("... and " + (verdict.violations().size() - MOST_SHOWN) + " more.");
        }
        verdict.invalid().forEach(reason -> out.println("INVALID: " + reason));
        out.println(
                verdict.passed()
                        ? "Every promise was kept."
                        : verdict.violations().isEmpty() ? "The run proves nothing." : "A promise was broken.");
        return verdict.passed();
    }

    /** The faults that were asked for and can be made here. */
    private List<Fault> possible(Options options) throws Impossible {
        Optional<String> noNetwork = Network.unavailable();
        List<Fault> chosen = new ArrayList<>();
        for (Fault fault : Faults.all()) {
            boolean named = options.faults().stream().anyMatch(fault::isCalled);
            if (!named && !options.faults().isEmpty()) {
                continue;
            }
            Optional<String> impossible = fault.impossible(noNetwork);
            if (impossible.isEmpty()) {
                chosen.add(fault);
            } else if (named) {
                throw new Impossible(fault.name() + " is not possible here: " + impossible.get());
            } else {
                out.println("Without " + fault.name() + ": " + impossible.get() + ".");
            }
        }
        return chosen;
    }

    private static int freeOffset() throws Impossible {
        try {
            return LocalSystem.freeOffset();
        } catch (IOException e) {
            throw new Impossible("No free ports for a system of its own.");
        }
    }

    private static void closeQuietly(TortureRun run) {
        try {
            run.close();
        } catch (IOException e) {
            System.err.println("Ending the run failed: " + e.getMessage());
        }
    }
}
