package microservices.system.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import microservices.system.bench.Bench;
import microservices.system.local.ClassArchives;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import microservices.system.torture.Impossible;
import microservices.system.torture.Torture;

/**
 * What {@code ./run} does: the whole system on this machine without Docker, with the verbs of docker-compose. The
 * first terminal starts the replicas and follows their logs; a second one stops, kills and starts single ones.
 */
public final class Launcher {

    private static final Duration POLL = Duration.ofMillis(300);

    /** How long a first terminal may take to end after its replicas have. */
    private static final Duration END_TIMEOUT = Duration.ofSeconds(20);

    /** Much longer than a facade takes to compare a million batches. */
    private static final Duration VERIFY_TIMEOUT = Duration.ofMinutes(1);

    private final Path home;
    private final Path folder;
    private final PrintStream out;

    private Launcher(Path home, PrintStream out) {
        this.home = home;
        String elsewhere = System.getenv().getOrDefault("RUN_FOLDER", "").strip();
        this.folder = elsewhere.isEmpty() ? home.resolve(".run") : Path.of(elsewhere);
        this.out = out;
    }

    /** The first argument is the project's folder, the others are the user's, as the script has checked them. */
    public static void main(String[] args) throws InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Launcher launcher = new Launcher(Path.of(args[0]), Output.standard());
        try {
            launcher.run(CommandLine.parse(List.of(args).subList(1, args.length)));
        } catch (Refused e) {
            fail(e.getMessage());
        } catch (IOException e) {
            fail(Output.line(e));
        } catch (UncheckedIOException e) {
            fail(Output.line(e.getCause()));
        }
    }

    private static void fail(String message) {
        Output.error().println(message);
        System.exit(1);
    }

    private void run(CommandLine line) throws Refused, IOException, InterruptedException {
        switch (line.verb()) {
            case "up" -> new FirstTerminal(home, folder, out).run(line.topology());
            case "down" -> down();
            case "ps" -> ps();
            case "logs" -> logs(line.names(), line.follow());
            case "stop" -> stop(line.names());
            case "kill" -> kill(line.names());
            case "start" -> start(line.names());
            case "verify" -> verify();
            case "torture" -> torture(line.torture());
            case "bench" -> bench(line.bench());
            case "archive" -> ClassArchives.make(home, folder.resolve("archive"), System.getenv());
            default -> throw new Refused("unknown verb " + line.verb());
        }
    }

    private void torture(Torture.Options options) throws Refused, IOException, InterruptedException {
        try {
            if (!new Torture(home, unused(folder.resolve("torture-" + options.seed())), out).run(options)) {
                System.exit(1);
            }
        } catch (Impossible e) {
            throw new Refused(e.getMessage());
        }
    }

    private void bench(Bench.Options options) throws IOException, InterruptedException {
        if (!new Bench(home, folder.resolve("bench"), out).run(options)) {
            System.exit(1);
        }
    }

    /** That folder, or the same with a number: what a failed run has kept is not touched. */
    private static Path unused(Path wanted) {
        Path candidate = wanted;
        for (int number = 2; Files.exists(candidate); number++) {
            candidate = wanted.resolveSibling(wanted.getFileName() + "-" + number);
        }
        return candidate;
    }

    /** Stops what is there, whatever of the folder can still be read. */
    private void down() throws Refused, IOException, InterruptedException {
        LocalSystem system = LocalSystem.open(home, folder, System.getenv()).orElse(null);
        boolean first = locked();
        if (!first && (system == null || system.running().isEmpty())) {
            out.println("Nothing is running here.");
            return;
        }
        if (first) {
            LocalSystem.launcher(folder).ifPresent(ProcessHandle::destroy);
        }
        if (system != null) {
            system.end();
            FirstTerminal.stopAll(system, out);
        }
        for (long start = System.nanoTime(); locked(); TimeUnit.MILLISECONDS.sleep(POLL.toMillis())) {
            if (System.nanoTime() - start > END_TIMEOUT.toNanos()) {
                throw new Refused("The first terminal does not end; Ctrl-C in it does.");
            }
        }
    }

    /** Whether a first terminal is at work. */
    private boolean locked() throws IOException {
        Path file = folder.resolve("lock");
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        }
    }

    private LocalSystem system() throws Refused {
        return LocalSystem.open(home, folder, System.getenv())
                .orElseThrow(() -> new Refused("No system has been started here; type ./run."));
    }

    private List<Replica> named(LocalSystem system, List<String> names) throws Refused {
        if (names.isEmpty()) {
            return system.replicas();
        }
        List<Replica> replicas = new ArrayList<>();
        for (String name : names) {
            replicas.add(system.replica(name)
                    .orElseThrow(() -> new Refused(
                            "There is no " + name + " here; there are " + Topology.names(system.replicas()) + ".")));
        }
        return replicas;
    }

    private void ps() throws Refused {
        LocalSystem system = system();
        if (!system.isWhole()) {
            out.println("What was started here cannot be read any more; these have left process ids:");
        }
        out.printf(Locale.ROOT, "%-20s %-8s %-10s %-12s %s%n", "NAME", "PID", "HTTP PORT", "MEMBER PORT", "STATE");
        for (Replica replica : system.replicas()) {
            String missing = system.missing(replica);
            out.printf(
                    Locale.ROOT,
                    "%-20s %-8s %-10d %-12d %s%n",
                    replica.name(),
                    system.process(replica)
                            .map(process -> String.valueOf(process.pid()))
                            .orElse("-"),
                    replica.httpPort(),
                    replica.memberPort(),
                    missing.isEmpty() ? "healthy" : missing);
        }
    }

    private void logs(List<String> names, boolean follow) throws Refused, IOException, InterruptedException {
        LocalSystem system = system();
        List<Replica> replicas = named(system, names);
        if (follow) {
            LogFollower.follow(system, replicas, true, out, Output.isRead(out));
            return;
        }
        for (LogFollower follower : LogFollower.of(system, replicas, out)) {
            follower.printNew();
        }
    }

    /** Asks the facades in turn, until one compares. */
    private void verify() throws Refused {
        LocalSystem system = system();
        List<Replica> facades = system.running().stream()
                .filter(replica -> replica.service() == Service.FACADE)
                .toList();
        Verification verification = facades.stream()
                .flatMap(facade -> system.get(facade, "/verify", VERIFY_TIMEOUT).stream())
                .findFirst()
                .map(Verification::new)
                .orElseThrow(() -> new Refused(
                        facades.isEmpty()
                                ? "No facade is running here that could compare; ./run start starts one."
                                : "No facade compares: " + Topology.names(facades) + "; ./run ps says how they are."));
        verification.lines().forEach(out::println);
        if (!verification.closed()) {
            System.exit(1);
        }
    }

    private void stop(List<String> names) throws Refused {
        LocalSystem system = system();
        List<Replica> replicas = named(system, names);
        system.stop(replicas);
        out.println("Stopped " + Topology.names(replicas) + ".");
    }

    private void kill(List<String> names) throws Refused {
        LocalSystem system = system();
        List<Replica> replicas = named(system, names);
        system.kill(replicas);
        out.println("Killed " + Topology.names(replicas) + ".");
    }

    private void start(List<String> names) throws Refused, IOException, InterruptedException {
        LocalSystem system = system();
        if (!locked()) {
            throw new Refused("No system is running here; type ./run.");
        }
        if (!system.isWhole()) {
            throw new Refused(
                    folder + " does not say any more how this system was started; type ./run down, and ./run.");
        }
        Optional<String> fault = LocalSystem.faultyIn(System.getenv());
        if (fault.isPresent()) {
            throw new Refused(fault.get());
        }
        List<Replica> replicas = named(system, names);
        Map<String, String> others = system.settingsOtherwiseIn(System.getenv());
        others.forEach((name, value) -> out.println("With " + name + "=" + value + " for this start; the system has "
                + system.setting(name).map(usual -> name + "=" + usual).orElse("no " + name) + "."));
        List<Replica> started = new ArrayList<>();
        for (Replica replica : replicas) {
            if (system.start(replica, others).isPresent()) {
                started.add(replica);
            }
        }
        if (system.hasEnded()) {
            throw new Refused("The system is stopping; type ./run when it has.");
        }
        Set<Replica> found = new LinkedHashSet<>(replicas);
        started.forEach(found::remove);
        if (!started.isEmpty()) {
            out.println("Started " + Topology.names(started) + ".");
        }
        found.forEach(replica -> out.println(replica.name() + " is running already."));
        HealthWait.until(system, replicas, found, others, out);
    }
}
