package microservices.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.system.Topology.Replica;

/** What a fault has at hand: the replicas, the network between them, the load on them, and a choice from the seed. */
final class Scene {

    private static final Pattern OWNER = Pattern.compile("\"queueOwner\":\"([^\"]+)\"");
    private static final Duration HEALTHY_WITHIN = Duration.ofSeconds(120);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BURST_WITHIN = Duration.ofSeconds(20);

    final LocalSystem system;
    /** Null if packets cannot be dropped here. */
    final Network network;

    final Load load;
    final ListReader readings;
    final Random random;
    final History history;
    final RunClock clock;
    private final CountDownLatch ended = new CountDownLatch(1);

    Scene(
            LocalSystem system,
            Network network,
            Load load,
            ListReader readings,
            History history,
            RunClock clock,
            Random random) {
        this.system = system;
        this.network = network;
        this.load = load;
        this.readings = readings;
        this.history = history;
        this.clock = clock;
        this.random = random;
    }

    /** The same for another strike, with choices of its own. */
    Scene with(Random choices) {
        return new Scene(system, network, load, readings, history, clock, choices);
    }

    List<Replica> all(Service service) {
        return system.topology().replicas(service);
    }

    List<Replica> queueMembers() {
        List<Replica> members = new ArrayList<>(all(Service.FACADE));
        members.addAll(all(Service.MESSAGES));
        return members;
    }

    Replica one(List<Replica> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** All but these. */
    List<Replica> others(List<Replica> all, List<Replica> without) {
        List<Replica> rest = new ArrayList<>(all);
        rest.removeAll(without);
        return rest;
    }

    /** Who owns the queue now, as a facade says that can be asked. */
    Replica owner() throws IOException, InterruptedException {
        RunClient http = new RunClient(clock);
        for (Replica facade : all(Service.FACADE)) {
            if (system.process(facade).isPresent()) {
                RunClient.Answer answer = http.get(system.url(facade) + "/health");
                Matcher owner = OWNER.matcher(new String(answer.body(), StandardCharsets.UTF_8));
                if (owner.find() && system.replica(owner.group(1)).isPresent()) {
                    return system.replica(owner.group(1)).orElseThrow();
                }
            }
        }
        throw new IOException("no facade says who owns the queue");
    }

    void kill(Struck struck, List<Replica> replicas) {
        struck.silence(replicas);
        replicas.forEach(replica -> struck.real(
                system.process(replica).isPresent(), replica.name() + " was not running when it was to be killed"));
        system.kill(replicas);
        struck.over();
    }

    void stop(Struck struck, List<Replica> replicas) {
        struck.silence(replicas);
        replicas.forEach(replica -> struck.real(
                system.process(replica).isPresent(), replica.name() + " was not running when it was to be stopped"));
        system.stop(replicas);
        struck.over();
    }

    void start(List<Replica> replicas) throws IOException {
        for (Replica replica : replicas) {
            system.start(replica);
        }
    }

    void awaitHealthy(List<Replica> replicas) throws IOException, InterruptedException {
        for (Replica replica : replicas) {
            await(
                    HEALTHY_WITHIN,
                    () -> system.missing(replica).isEmpty(),
                    () -> replica.name() + " is not healthy: " + system.missing(replica));
        }
    }

    interface Sentence {
        String get();
    }

    /** Waits for a condition. */
    void await(Duration patience, BooleanSupplier condition, Sentence otherwise)
            throws IOException, InterruptedException {
        Duration deadline = clock.now().plus(patience);
        while (!condition.getAsBoolean()) {
            if (clock.now().compareTo(deadline) > 0) {
                throw new IOException(otherwise.get() + ", after " + patience.toSeconds() + " s");
            }
            ended.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Lets the trouble last. */
    void last(Duration time) throws InterruptedException {
        Duration end = clock.now().plus(time);
        for (Duration left = time; !left.isNegative(); left = end.minus(clock.now())) {
            ended.await(left.toMillis() + 1, TimeUnit.MILLISECONDS);
        }
    }

    /** Everybody posts as fast as it goes, until that many more have been acknowledged: then posts are under way. */
    void burst(int posts) throws IOException, InterruptedException {
        int enough = load.acknowledged() + posts;
        load.hurry(true);
        try {
            await(BURST_WITHIN, () -> load.acknowledged() >= enough, () -> "no " + posts + " posts were acknowledged");
        } finally {
            load.hurry(false);
        }
    }
}
