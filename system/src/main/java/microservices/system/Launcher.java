package microservices.system;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import microservices.system.Topology.Replica;

/**
 * What {@code ./run} does: the whole system on this machine without Docker, with the verbs of docker-compose. The
 * first terminal starts the replicas and follows their logs; a second one stops, kills and starts single ones.
 */
public final class Launcher {

    private static final Duration UP_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(300);

    private final Path home;
    private final Path folder;
    private final PrintStream out;

    private Launcher(Path home, PrintStream out) {
        this.home = home;
        String elsewhere = System.getenv().getOrDefault("RUN_FOLDER", "").strip();
        this.folder = elsewhere.isEmpty() ? home.resolve(".run") : Path.of(elsewhere);
        this.out = out;
    }

    /** The first argument is the project's folder, the others are the user's. */
    public static void main(String[] args) throws Exception {
        Launcher launcher = new Launcher(Path.of(args[0]), System.out);
        try {
            launcher.run(CommandLine.parse(List.of(args).subList(1, args.length)));
        } catch (Refused e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** What the user asked for is not possible; one line says why, and what is. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private void run(CommandLine line) throws Refused, IOException, InterruptedException {
        switch (line.verb()) {
            case "help" -> out.println(CommandLine.HELP);
            case "up" -> up(line.topology());
            case "down" -> down();
            case "ps" -> ps();
            case "logs" -> logs(line.names(), line.follow());
            case "stop" -> stop(line.names());
            case "kill" -> kill(line.names());
            case "start" -> start(line.names());
            default -> throw new Refused("unknown verb " + line.verb());
        }
    }

    private void up(Topology topology) throws Refused, IOException, InterruptedException {
        Files.createDirectories(folder);
        try (FileChannel channel =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new Refused("A system is running here already: ./run ps shows it, ./run down stops it.");
            }
            refuseLeftovers();
            LocalSystem system = new LocalSystem(home, folder, topology, System.getenv());
            Optional<String> taken = system.takenPort();
            if (taken.isPresent()) {
                throw new Refused(taken.get() + ": stop what listens there, or type ./run --port-offset 1000.");
            }
            system.prepare();
            Files.writeString(
                    folder.resolve("launcher.pid"),
                    String.valueOf(ProcessHandle.current().pid()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAll(system), "shutdown"));
            for (Replica replica : system.replicas()) {
                system.start(replica);
            }
            awaitHealthy(system, system.replicas());
            greet(system);
            follow(system, system.replicas(), false);
        }
    }

    private void refuseLeftovers() throws Refused {
        Optional<LocalSystem> earlier = LocalSystem.open(home, folder, System.getenv());
        if (earlier.isPresent() && !running(earlier.get()).isEmpty()) {
            throw new Refused("Replicas of an earlier run are still running: ./run down stops them.");
        }
    }

    private static List<Replica> running(LocalSystem system) {
        return system.replicas().stream()
                .filter(replica -> system.process(replica).isPresent())
                .toList();
    }

    private void stopAll(LocalSystem system) {
        List<Replica> running = running(system);
        if (!running.isEmpty()) {
            out.println("Stopping " + names(running) + " ...");
            system.stop(running);
            out.println("Stopped.");
        }
    }

    private static String names(List<Replica> replicas) {
        return String.join(", ", replicas.stream().map(Replica::name).toList());
    }

    /** Waits until these replicas are healthy, and says what it is waiting for whenever that changes. */
    private void awaitHealthy(LocalSystem system, List<Replica> replicas)
            throws Refused, IOException, InterruptedException {
        long start = System.nanoTime();
        String said = "";
        List<Replica> waiting = new ArrayList<>(replicas);
        while (true) {
            for (Replica replica : waiting) {
                if (system.process(replica).isEmpty()) {
                    throw new Refused(replica.name() + " has ended; ./run logs " + replica.name() + " says why. "
                            + lastLine(system.log(replica)));
                }
            }
            Map<Replica, String> missing = new LinkedHashMap<>();
            waiting.forEach(replica -> missing.put(replica, system.missing(replica)));
            waiting.removeIf(replica -> missing.get(replica).isEmpty());
            if (waiting.isEmpty()) {
                out.printf(
                        "Healthy after %.1f s.%n", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) / 1000.0);
                return;
            }
            String now = "Waiting for " + names(waiting) + ": " + missing.get(waiting.get(0));
            if (!now.equals(said)) {
                out.println(now);
                said = now;
            }
            if (System.nanoTime() - start > UP_TIMEOUT.toNanos()) {
                throw new Refused("Not healthy after " + UP_TIMEOUT.toMinutes() + " minutes; ./run logs says more.");
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    private void greet(LocalSystem system) {
        out.println();
        for (Replica replica : system.replicas()) {
            out.printf("  %-20s http://%s:%d%n", replica.name(), system.host(), replica.httpPort());
        }
        String facade = "http://" + system.host() + ":"
                + system.topology().replicas(Service.FACADE).get(0).httpPort();
        out.printf("%nTry it in a second terminal:%n%n");
        out.printf("  curl -X POST %s/ -d '{\"msg\":\"msg1\"}'%n", facade);
        out.printf("  curl %s/%n%n", facade);
        out.printf("Ctrl-C stops everything. What the replicas log from here on:%n%n");
    }

    /** Prints the logs as they grow, until the process is asked to end. */
    private void follow(LocalSystem system, List<Replica> replicas, boolean fromStart)
            throws IOException, InterruptedException {
        List<LogFollower> followers = followers(system, replicas);
        if (!fromStart) {
            for (LogFollower follower : followers) {
                follower.skipToEnd();
            }
        }
        while (true) {
            for (LogFollower follower : followers) {
                follower.printNew();
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    private List<LogFollower> followers(LocalSystem system, List<Replica> replicas) {
        int width = replicas.stream()
                .mapToInt(replica -> replica.name().length())
                .max()
                .orElse(1);
        return replicas.stream()
                .map(replica -> new LogFollower(replica.name(), width, system.log(replica), out))
                .toList();
    }

    private void down() throws IOException, InterruptedException {
        LocalSystem system = LocalSystem.open(home, folder, System.getenv()).orElse(null);
        Path pidFile = folder.resolve("launcher.pid");
        if (system == null || (running(system).isEmpty() && !locked())) {
            out.println("Nothing is running here.");
            return;
        }
        if (locked()) {
            ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).ifPresent(ProcessHandle::destroy);
        }
        stopAll(system);
        while (locked()) {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }

    /** Whether a first terminal is at work. */
    private boolean locked() throws IOException {
        Path file = folder.resolve("lock");
        if (!Files.exists(file)) {
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
                    .orElseThrow(() ->
                            new Refused("There is no " + name + " here; there are " + names(system.replicas()) + ".")));
        }
        return replicas;
    }

    private void ps() throws Refused {
        LocalSystem system = system();
        out.printf("%-20s %-8s %-10s %-12s %s%n", "NAME", "PID", "HTTP PORT", "MEMBER PORT", "STATE");
        for (Replica replica : system.replicas()) {
            String missing = system.missing(replica);
            out.printf(
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
            follow(system, replicas, true);
        }
        for (LogFollower follower : followers(system, replicas)) {
            follower.printNew();
        }
    }

    private void stop(List<String> names) throws Refused {
        LocalSystem system = system();
        List<Replica> replicas = named(system, names);
        system.stop(replicas);
        out.println("Stopped " + names(replicas) + ".");
    }

    private void kill(List<String> names) throws Refused {
        LocalSystem system = system();
        List<Replica> replicas = named(system, names);
        system.kill(replicas);
        out.println("Killed " + names(replicas) + ".");
    }

    private void start(List<String> names) throws Refused, IOException, InterruptedException {
        LocalSystem system = system();
        if (!locked()) {
            throw new Refused("No system is running here; type ./run.");
        }
        List<Replica> replicas = named(system, names);
        for (Replica replica : replicas) {
            system.start(replica);
        }
        out.println("Started " + names(replicas) + ".");
        awaitHealthy(system, replicas);
    }
}
