package microservices.system;

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
import java.util.stream.Stream;
import microservices.system.Topology.Replica;

/**
 * A system of its own under load, that faults strike one after another. After each, when all is whole again, everything
 * is read, and the whole history is checked. Its folder keeps the history and the replicas' logs.
 */
final class TortureRun implements AutoCloseable {

    private static final int CLIENTS_PER_FACADE = 4;
    private static final Duration PACE = Duration.ofMillis(150);
    /** Small, so that a flood is over soon. */
    private static final String QUEUE_CAPACITY = "2000";
    /** Posts that are sent after all has to be well again; without one the run would prove nothing. */
    private static final Duration WELL_FOR = Duration.ofSeconds(1);

    private static final int WARM_UP_POSTS = 100;

    private final Path folder;
    private final RunClock clock = new RunClock();
    private final Network network;
    private final LocalSystem system;
    private final History history;
    private final Load load;
    private final ListReader readings;
    private final Scene scene;

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
        clear(folder);
        Files.createDirectories(folder);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.remove("HOST_IP");
        environment.put("QUEUE_CAPACITY", QUEUE_CAPACITY);
        network = namespaces ? new Network(topology) : null;
        system = network == null
                ? new LocalSystem(home, folder, topology, environment)
                : new LocalSystem(home, folder, topology, environment, network);
        history = History.open(folder.resolve("history.jsonl"), topology);
        load = new Load(system, history, clock, PACE, seed);
        readings = new ListReader(system, history, clock);
        scene = new Scene(system, network, load, readings, history, clock, new Random(seed));
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
        scene.start(system.replicas());
        scene.awaitHealthy(system.replicas());
        load.start(CLIENTS_PER_FACADE);
        readings.start();
        load.go();
        scene.burst(WARM_UP_POSTS);
    }

    /** Strikes once, waits until all is whole again, reads everything and checks the history from its beginning. */
    Verdict strike(Fault fault, Random choices) throws IOException, InterruptedException {
        Struck struck = new Struck(fault.name(), clock);
        fault.strike().run(scene.with(choices), struck);
        List<Replica> living = system.replicas().stream()
                .filter(replica -> !struck.down().contains(replica.name()))
                .toList();
        scene.awaitHealthy(living);
        Strike strike = struck.recovered();
        history.add(strike);
        scene.last(wellFrom(strike).plus(WELL_FOR).minus(clock.now()));
        load.hold();
        readings.finalRound(struck.down());
        Verdict verdict = Checker.check(history);
        List<Replica> downForGood = scene.others(system.replicas(), living);
        if (!downForGood.isEmpty()) {
            scene.start(downForGood);
            scene.awaitHealthy(downForGood);
        }
        load.go();
        return verdict;
    }

    /** When posts have to succeed again at one facade at least. */
    private Duration wellFrom(Strike strike) {
        return scene.all(Service.FACADE).stream()
                .map(facade -> strike.postsSucceedFrom(facade.name()))
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    LocalSystem system() {
        return system;
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

    /** Ends the load, the replicas and their network. */
    @Override
    public void close() throws IOException {
        load.close();
        readings.close();
        system.kill(system.replicas());
        if (network != null) {
            network.close();
        }
        history.close();
    }
}
