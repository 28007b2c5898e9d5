package microservices.system.local;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import microservices.system.local.Topology.Replica;

/**
 * A system of separate JVMs on this machine: starts, stops and kills its replicas, each by its own process id. What is
 * running stands in a folder (a process id and a log for each replica), so that a second terminal works on the same
 * system. The processes outlive this object.
 */
public final class LocalSystem {

    /** A replica that was asked to stop is killed after this; longer than the steps of its own shutdown take at most. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(50);

    private static final String TOPOLOGY = "topology.properties";

    private final Path home;
    private final Path folder;
    private final Topology topology;
    private final Map<String, String> environment;
    private final Placement placement;

    /**
     * @param home the folder of the project, with the built jars in it
     * @param folder where process ids and logs are kept
     * @param environment what the replicas inherit
     */
    public LocalSystem(Path home, Path folder, Topology topology, Map<String, String> environment) {
        this(home, folder, topology, environment, ThisHost.of(environment));
    }

    /** A system whose replicas do not stand on this host itself. */
    public LocalSystem(
            Path home, Path folder, Topology topology, Map<String, String> environment, Placement placement) {
        this.home = home;
        this.folder = folder;
        this.topology = topology;
        this.environment = environment;
        this.placement = placement;
    }

    /** The system that was last started with this folder, if there was one. */
    public static Optional<LocalSystem> open(Path home, Path folder, Map<String, String> environment) {
        Path file = folder.resolve(TOPOLOGY);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(new LocalSystem(home, folder, Topology.fromProperties(properties), environment));
    }

    public Topology topology() {
        return topology;
    }

    public List<Replica> replicas() {
        return topology.replicas();
    }

    public List<Replica> running() {
        return replicas().stream()
                .filter(replica -> process(replica).isPresent())
                .toList();
    }

    /** The replica of that name, if the system has one. */
    public Optional<Replica> replica(String name) {
        return replicas().stream()
                .filter(replica -> replica.name().equals(name))
                .findFirst();
    }

    /** The address by which a replica is reached. */
    public String host(Replica replica) {
        return placement.host(replica);
    }

    /** Where a replica answers HTTP. */
    public String url(Replica replica) {
        return "http://" + host(replica) + ":" + replica.httpPort();
    }

    /** The first port of the system that somebody listens on, with the replica that needs it. */
    public Optional<String> takenPort() {
        for (Replica replica : replicas()) {
            for (int port : new int[] {replica.httpPort(), replica.memberPort()}) {
                if (!isFree(port)) {
                    return Optional.of("Port " + port + " is taken, and " + replica.name() + " needs it");
                }
            }
        }
        return Optional.empty();
    }

    /**
     * An offset at which all ports of the usual system are free.
     *
     * @throws IOException if there is none
     */
    public static int freeOffset() throws IOException {
        for (int offset = 10_000; offset < 40_000; offset += 500) {
            Topology usual = Topology.USUAL;
            Topology candidate = new Topology(usual.facades(), usual.loggings(), usual.messages(), offset);
            if (new LocalSystem(Path.of(""), Path.of(""), candidate, Map.of())
                    .takenPort()
                    .isEmpty()) {
                return offset;
            }
        }
        throw new IOException("no free ports for a system of its own");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Notes which replicas there are and forgets the logs of an earlier run. */
    public void prepare() throws IOException {
        Files.createDirectories(folder);
        for (Replica replica : replicas()) {
            Files.deleteIfExists(log(replica));
        }
        try (OutputStream out = Files.newOutputStream(folder.resolve(TOPOLOGY))) {
            topology.toProperties().store(out, null);
        }
    }

    /** Starts a replica, unless it is running; does not wait for it. Returns what was started. */
    public Optional<Process> start(Replica replica) throws IOException {
        return start(replica, Map.of());
    }

    /** The same, with more in its environment (HEAP, too) for this one start. */
    public Optional<Process> start(Replica replica, Map<String, String> more) throws IOException {
        if (process(replica).isPresent()) {
            return Optional.empty();
        }
        Map<String, String> base = new HashMap<>(environment);
        base.putAll(placement.environment(replica));
        base.putAll(more);
        String module = replica.service().module();
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + home.resolve("system").resolve("jvm.options"),
                "-Xmx" + heap(base),
                "-jar",
                home.resolve(module).resolve("target").resolve(module + ".jar").toString());
        ProcessBuilder builder = new ProcessBuilder(placement.command(replica, java));
        builder.environment().clear();
        builder.environment().putAll(topology.environment(replica, placement::host, base));
        builder.redirectErrorStream(true);
        builder.redirectInput(new File("/dev/null"));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(replica).toFile()));
        Process process = builder.start();
        Files.writeString(pidFile(replica), process.pid() + " " + startInstant(process.toHandle()));
        return Optional.of(process);
    }

    private static String heap(Map<String, String> environment) {
        String heap = environment.getOrDefault("HEAP", "").strip();
        return heap.isEmpty() ? "256m" : heap;
    }

    private static String startInstant(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("-");
    }

    /** The process of a replica, if it is running. A process id that another process has taken over does not count. */
    public Optional<ProcessHandle> process(Replica replica) {
        try {
            String[] noted = Files.readString(pidFile(replica)).split(" ");
            return ProcessHandle.of(Long.parseLong(noted[0]))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> startInstant(process).equals(noted[1]));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Asks replicas to stop (SIGTERM), all at once, and waits until they have; kills what takes too long. */
    public void stop(List<Replica> replicas) {
        List<ProcessHandle> processes = new ArrayList<>();
        replicas.forEach(replica -> process(replica).ifPresent(processes::add));
        processes.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : processes) {
            if (!hasEnded(process, STOP_TIMEOUT)) {
                process.destroyForcibly();
                hasEnded(process, STOP_TIMEOUT);
            }
        }
    }

    /** Kills replicas (SIGKILL) and waits until they are gone. */
    public void kill(List<Replica> replicas) {
        List<ProcessHandle> processes = new ArrayList<>();
        replicas.forEach(replica -> process(replica).ifPresent(processes::add));
        processes.forEach(ProcessHandle::destroyForcibly);
        processes.forEach(process -> hasEnded(process, STOP_TIMEOUT));
    }

    /** Freezes replicas (SIGSTOP): they keep their connections and do nothing. Only {@code kill} ends them then. */
    public void pause(List<Replica> replicas) throws IOException {
        signal("-STOP", replicas);
    }

    /** Lets paused replicas go on (SIGCONT). */
    public void resume(List<Replica> replicas) throws IOException {
        signal("-CONT", replicas);
    }

    private void signal(String signal, List<Replica> replicas) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        for (Replica replica : replicas) {
            command.add(process(replica)
                    .map(process -> String.valueOf(process.pid()))
                    .orElseThrow(() -> new IOException(replica.name() + " is not running")));
        }
        Command.run(command);
    }

    private static boolean hasEnded(ProcessHandle process, Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What a running replica is missing, in words; empty if it is healthy. */
    public String missing(Replica replica) {
        if (process(replica).isEmpty()) {
            return "it is not running";
        }
        return HealthProbe.missing(host(replica), replica.httpPort());
    }

    /** Which replicas a replica sees in its cluster, by name; none if it does not say. */
    public Set<String> members(Replica replica) {
        return HealthProbe.members(host(replica), replica.httpPort());
    }

    /** Who owns the queue, as a facade says; empty if it does not say. */
    public Optional<Replica> queueOwner(Replica facade) {
        return HealthProbe.queueOwner(host(facade), facade.httpPort()).flatMap(this::replica);
    }

    /** How many messages a messages replica holds; 0 if it does not say. */
    public int held(Replica replica) {
        return HealthProbe.held(host(replica), replica.httpPort());
    }

    public Path log(Replica replica) {
        return folder.resolve(replica.name() + ".log");
    }

    private Path pidFile(Replica replica) {
        return folder.resolve(replica.name() + ".pid");
    }
}
