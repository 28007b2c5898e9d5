package microservices.system.torture;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import microservices.system.check.Checker;
import microservices.system.check.Verdict;
import microservices.system.history.History;
import microservices.system.history.Replicas;
import microservices.system.history.RunClock;
import microservices.system.history.Strike;
import microservices.system.load.ListReader;
import microservices.system.load.Load;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import microservices.system.network.Network;

/**
 * A system of its own under load, that faults strike one after another. After each, when all is whole again, everything
 * is read, and the whole history is checked. Its folder keeps the history and the replicas' logs.
 */
final class TortureRun implements AutoCloseable {

    private static final int CLIENTS_PER_FACADE = 4;
    /** So many posts at once make a facade gather dozens of them into one batch. */
    private static final int CROWD_PER_FACADE = 160;

    private static final Duration PACE = Duration.ofMillis(150);
    /** Small, so that a flood is over soon, and room for what the crowd posts while no messages replica runs. */
    private static final String QUEUE_CAPACITY = "16000";
    /** Posts that are sent after all has to be well again; without one the run would prove nothing. */
    private static final Duration WELL_FOR = Duration.ofSeconds(1);

    private static final int WARM_UP_POSTS = 100;

    private final Path folder;
    private final RunClock clock = new RunClock();
    private final Network network;
    private final LocalSystem system;
    private final History history;
    private final Load load;
    private final ListReader reader;
    private final Scene scene;
    private final long seed;
    private int struck;
    /** How often each kind of fault has struck. */
    private final Map<String, Integer> strikes = new HashMap<>();

    /**
     * Opens nothing but the history's file.
     *
     * @param home the folder of the project, with the built jars in it
     * @param folder for the history and the logs; what an earlier run left there is removed
     * @param namespaces whether each replica is to have a network namespace of its own
     * @param seed of what the clients send
     */
    TortureRun(Path home, Path folder, Topology topology, boolean namespaces, long seed) throws IOException {
        this.folder = folder;
        this.seed = seed;
        clear(folder);
        Files.createDirectories(folder);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.remove("HOST_IP");
        environment.put("QUEUE_CAPACITY", QUEUE_CAPACITY);
        network = namespaces ? new Network(topology) : null;
        system = network == null
                ? new LocalSystem(home, folder, topology, environment)
                : new LocalSystem(home, folder, topology, environment, network);
        history = History.open(folder.resolve("history.jsonl"), replicas(topology));
        load = new Load(system, history, clock, PACE, seed);
        reader = new ListReader(system, history, clock);
        scene = new Scene(system, network, load, reader, history, clock, new Random(seed), 0);
    }

    private static Replicas replicas(Topology topology) {
        return new Replicas(
                names(topology, Service.FACADE), names(topology, Service.LOGGING), names(topology, Service.MESSAGES));
    }

    private static Set<String> names(Topology topology, Service service) {
        return topology.replicas(service).stream().map(Replica::name).collect(Collectors.toSet());
    }

    private static void clear(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> {
                    try {
                        Files.delete(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
    }

    /** Starts the system and the load; returns when all is healthy and posts are acknowledged. */
    void open() throws IOException, InterruptedException {
        if (network != null) {
            network.open();
        } else {
            Optional<String> taken = system.takenPort();
            if (taken.isPresent()) {
                throw new IOException(taken.get());
            }
        }
        system.prepare();
        startAll(new StrikeRecorder("start", clock));
        load.start(CLIENTS_PER_FACADE, CROWD_PER_FACADE);
        reader.start();
        load.go();
        scene.burst(WARM_UP_POSTS);
    }

    /**
     * Strikes once, waits until all is whole again, reads everything and checks the history from its beginning. Every
     * other strike meets the crowd, and so batches of many messages; the others meet batches of one.
     */
    Verdict strike(Fault fault, Random choices) throws IOException, InterruptedException {
        load.crowd(isCrowdNext());
        struck++;
        StrikeRecorder recorder = new StrikeRecorder(fault.name(), clock);
        strike(fault, scene.with(choices, turn(fault)), recorder);
        Strike strike = recorder.recovered();
        history.add(strike);
        scene.last(wellFrom(strike).plus(WELL_FOR).minus(clock.now()));
        load.hold();
        reader.finalRound(recorder.down());
        Verdict verdict = Checker.check(history);
        if (!recorder.down().isEmpty()) {
            startAll(new StrikeRecorder(fault.name(), clock));
        }
        load.go();
        return verdict;
    }

    private void strike(Fault fault, Scene there, StrikeRecorder recorder) throws IOException, InterruptedException {
        try {
            fault.strike().run(there, recorder);
            there.awaitWhole(recorder);
        } catch (IOException e) {
            // The run is invalid then; but what is lost by now is looked for all the same.
            recorder.real(false, e.getMessage());
            load.hurry(false);
            undo();
            startAll(recorder);
        }
    }

    /** Where a kind of fault begins is the seed's choice; from then on each strike is another variant. */
    private int turn(Fault fault) {
        int first = new Random(seed * 31 + fault.name().hashCode()).nextInt(Short.MAX_VALUE);
        return first + strikes.merge(fault.name(), 1, Integer::sum);
    }

    private void undo() throws IOException {
        if (network != null) {
            network.heal();
            for (Replica replica : system.replicas()) {
                network.fast(replica);
            }
        }
        system.resume(system.running());
    }

    private void startAll(StrikeRecorder recorder) throws IOException, InterruptedException {
        scene.start(recorder, system.replicas());
        scene.awaitWhole(recorder);
    }

    /** When posts have to succeed again at every facade. */
    private Duration wellFrom(Strike strike) {
        return scene.all(Service.FACADE).stream()
                .map(facade -> strike.postsSucceedFrom(facade.name()))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** Whether the next strike meets the crowd. */
    boolean isCrowdNext() {
        return struck % 2 == 0;
    }

    BatchSize batchSize() {
        return new BatchSize(history.snapshot().messages());
    }

    int acknowledged() {
        return load.acknowledged();
    }

    Duration elapsed() {
        return clock.now();
    }

    Path folder() {
        return folder;
    }

    /** Removes the history and the logs, which only a failed run needs. */
    void forget() throws IOException {
        clear(folder);
    }

    /** Ends the load, the replicas and their network; what fails does not keep the rest from ending. */
    @Override
    public void close() throws IOException {
        List<Closeable> parts = List.of(
                load::close,
                reader::close,
                () -> system.kill(system.replicas()),
                network == null ? () -> {} : network::close,
                history);
        IOException failure = new IOException("the run could not be ended");
        for (Closeable part : parts) {
            try {
                part.close();
            } catch (IOException | RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }
}
