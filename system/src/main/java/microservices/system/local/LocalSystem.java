package microservices.system.local;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import microservices.system.local.RunFolder.Beginning;
import microservices.system.local.Topology.Replica;

/**
 * A system of separate JVMs on this machine: starts, stops and kills its replicas, each by its own process id. What is
 * running stands in a folder (a process id and a log for each replica), so that a second terminal works on the same
 * system. The processes outlive this object.
 */
public final class LocalSystem {

    /** A replica that was asked to stop is killed after this; longer than the steps of its own shutdown take at most. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(50);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration HEALTH_POLL = Duration.ofMillis(100);

    /** Under this name the process is noted that has begun the system, and ends it. */
    private static final String LAUNCHER = "launcher";

    private static final String JAVA_HOME = System.getProperty("java.home");

    private final Path home;
    private final RunFolder folder;
    private final Topology topology;
    private final Map<String, String> environment;
    private final Placement placement;
    private final Settings settings;
    private final String javaHome;
    private volatile boolean ended;

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
        this(home, new RunFolder(folder.toAbsolutePath()), topology, environment, placement, JAVA_HOME);
    }

    private LocalSystem(
            Path home,
            RunFolder folder,
            Topology topology,
            Map<String, String> environment,
            Placement placement,
            String javaHome) {
        this.home = home;
        this.folder = folder;
        this.topology = topology;
        this.environment = environment;
        this.placement = placement;
        this.settings = Settings.of(environment);
        this.javaHome = javaHome;
    }

    /**
     * The system that was last begun in this folder, with the settings that it was begun with. If the folder does not say
     * any more what these are, it is whatever left a process id there, and {@link #isWhole} says so.
     */
    public static Optional<LocalSystem> open(Path home, Path folder, Map<String, String> environment) {
        RunFolder notes = new RunFolder(folder.toAbsolutePath());
        Optional<Beginning> beginning = notes.beginning();
        Map<String, String> kept =
                beginning.map(begun -> begun.settings().in(environment)).orElse(environment);
        String javaHome = beginning
                .map(Beginning::javaHome)
                .filter(java -> Files.isExecutable(Path.of(java, "bin", "java")))
                .orElse(JAVA_HOME);
        return beginning
                .map(Beginning::topology)
                .or(notes::topologyOfNotes)
                .map(topology -> new LocalSystem(home, notes, topology, kept, ThisHost.of(kept), javaHome));
    }

    /** Whether the folder says what the system was begun with. */
    public boolean isWhole() {
        return folder.beginning().isPresent();
    }

    /** What is set in an environment, and otherwise than the system was begun with: name to value. */
    public Map<String, String> settingsOtherwiseIn(Map<String, String> others) {
        return settings.otherwiseIn(others);
    }

    /** The value with which the system was begun; empty if it was not set. */
    public Optional<String> setting(String name) {
        return Optional.ofNullable(settings.values().get(name));
    }

    /** What is wrong with the settings in an environment; empty if nothing is that this can tell. */
    public static Optional<String> faultyIn(Map<String, String> environment) {
        return Settings.fault(environment);
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
     * An offset at which all ports of the usual system are free. They lie below 32768, from where on Linux gives a port to
     * each outgoing connection, which could take it before the replica starts.
     *
     * @throws IOException if there is none
     */
    public static int freeOffset() throws IOException {
        for (int offset = 10_000; offset < 24_000; offset += 500) {
            if (new LocalSystem(Path.of(""), Path.of(""), Topology.USUAL.at(offset), Map.of())
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

    /** Begins: notes which replicas there are and what they are told, and forgets the logs of an earlier run. */
    public void prepare() throws IOException {
        folder.begin(new Beginning(topology, settings, javaHome));
    }

    /** Notes this process as the one that ends the system when it is asked to end itself. */
    public void noteLauncher() throws IOException {
        folder.note(LAUNCHER, ProcessHandle.current(), topology.portOffset());
    }

    /** The process that was noted so, if it is running. */
    public static Optional<ProcessHandle> launcher(Path folder) {
        return new RunFolder(folder).noted(LAUNCHER).flatMap(NotedProcess::running);
    }

    /** From now on nothing is started, from no terminal; what is running goes on. */
    public void end() {
        ended = true;
        try {
            folder.alone(() -> {
                folder.end();
                return null;
            });
        } catch (IOException e) {
            // The folder is gone or full. This process starts nothing any more all the same.
        }
    }

    /** Ends, and kills what runs, also what another thread is about to start. */
    public void abort() {
        end();
        kill(replicas());
    }

    public boolean hasEnded() {
        return ended || folder.hasEnded();
    }

    /** Starts a replica, unless it is running; does not wait for it. Returns what was started. */
    public Optional<Process> start(Replica replica) throws IOException {
        return start(replica, Map.of());
    }

    /** The same, with more in its environment (HEAP, too) for this one start. */
    public Optional<Process> start(Replica replica, Map<String, String> more) throws IOException {
        return folder.alone(() -> {
            if (hasEnded() || process(replica).isPresent()) {
                return Optional.empty();
            }
            Process process = builder(replica, more).start();
            try {
                folder.note(replica.name(), process.toHandle(), topology.portOffset());
            } catch (IOException e) {
                process.destroyForcibly(); // nobody would find it again
                throw e;
            }
            return Optional.of(process);
        });
    }

    private ProcessBuilder builder(Replica replica, Map<String, String> more) {
        Map<String, String> base = new HashMap<>(environment);
        base.putAll(placement.environment(replica));
        base.putAll(more);
        base.put("RUN_LOG", log(replica).toString());
        String module = replica.service().module();
        List<String> java = new ArrayList<>();
        java.add(Path.of(javaHome, "bin", "java").toString());
        java.add("@" + home.resolve("system").resolve("jvm.options"));
        java.add("-Xmx" + Settings.heap(base));
        if (javaHome.equals(JAVA_HOME)) {
            java.addAll(ClassArchives.use(home, replica.service()));
        }
        java.add("-jar");
        java.add(home.resolve(module).resolve("target").resolve(module + ".jar").toString());
        ProcessBuilder builder = new ProcessBuilder(OwnSession.command(placement.command(replica, java)));
        builder.environment().clear();
        builder.environment().putAll(topology.environment(replica, placement::host, base));
        builder.redirectErrorStream(true);
        builder.redirectInput(new File("/dev/null"));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(replica).toFile()));
        return builder;
    }

    /** The process of a replica, if it is running: a zombie is not, nor is another process with its id. */
    public Optional<ProcessHandle> process(Replica replica) {
        return noted(replica).flatMap(NotedProcess::running);
    }

    private Optional<NotedProcess> noted(Replica replica) {
        return folder.noted(replica.name());
    }

    /** Asks replicas to stop (SIGTERM), all at once, and waits until they have; kills what takes too long. */
    public void stop(List<Replica> replicas) {
        List<NotedProcess> processes = processes(replicas);
        processes.forEach(process -> process.running().ifPresent(ProcessHandle::destroy));
        if (!haveEnded(processes, STOP_TIMEOUT)) {
            killProcesses(processes);
        }
    }

    /** Kills replicas (SIGKILL) and waits until they are gone. */
    public void kill(List<Replica> replicas) {
        killProcesses(processes(replicas));
    }

    private List<NotedProcess> processes(List<Replica> replicas) {
        return replicas.stream().flatMap(replica -> noted(replica).stream()).toList();
    }

    private static void killProcesses(List<NotedProcess> processes) {
        processes.forEach(process -> process.running().ifPresent(ProcessHandle::destroyForcibly));
        haveEnded(processes, STOP_TIMEOUT);
    }

    private static boolean haveEnded(List<NotedProcess> processes, Duration patience) {
        long start = System.nanoTime();
        while (processes.stream().anyMatch(process -> process.running().isPresent())) {
            if (System.nanoTime() - start > patience.toNanos()) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
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

    /**
     * Starts all replicas, and waits until they are healthy.
     *
     * @throws IOException if that takes longer
     */
    public void startAll(Duration limit) throws IOException, InterruptedException {
        for (Replica replica : replicas()) {
            start(replica);
        }
        long begun = System.nanoTime();
        for (Replica replica : replicas()) {
            for (String missing = missing(replica); !missing.isEmpty(); missing = missing(replica)) {
                if (System.nanoTime() - begun > limit.toNanos()) {
                    throw new IOException(replica.name() + " is not healthy after " + limit.toSeconds() + " s: "
                            + missing + "; its log is " + log(replica));
                }
                TimeUnit.MILLISECONDS.sleep(HEALTH_POLL.toMillis());
            }
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

    /** What a replica answers to a GET; empty if that is no 200, or does not come in time. */
    public Optional<String> get(Replica replica, String path, Duration patience) {
        return HealthProbe.body(host(replica), replica.httpPort(), path, patience);
    }

    /** What a replica writes; when it is long, what is older stands in {@link #olderLog}. */
    public Path log(Replica replica) {
        return folder.log(replica);
    }

    public Path olderLog(Replica replica) {
        return folder.olderLog(replica);
    }
}
