package microservices.system.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import microservices.system.history.History;
import microservices.system.history.RunClock;
import microservices.system.load.ListReader;
import microservices.system.load.Load;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.system.network.Network;

/** What a fault has at hand: the replicas, the network between them, the load on them, and a choice from the seed. */
final class Scene {

    /** From the moment that the last process has started; a busy machine takes 20 s for all seven. */
    private static final Duration HEALTHY_WITHIN = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BURST_WITHIN = Duration.ofSeconds(20);
    /** How soon a death is noticed, and what waits is taken. */
    private static final Duration NOTICED_WITHIN = Duration.ofSeconds(10);
    /** The least that the two directions of a slow link take. */
    private static final Duration SLOW = Duration.ofMillis(100);

    final LocalSystem system;
    /** Null if packets cannot be dropped here. */
    final Network network;

    final Load load;
    final ListReader reader;
    final Random random;
    private final int turn;
    final History history;
    final RunClock clock;
    private final CountDownLatch ended = new CountDownLatch(1);

    Scene(
            LocalSystem system,
            Network network,
            Load load,
            ListReader reader,
            History history,
            RunClock clock,
            Random random,
            int turn) {
        this.system = system;
        this.network = network;
        this.load = load;
        this.reader = reader;
        this.history = history;
        this.clock = clock;
        this.random = random;
        this.turn = turn;
    }

    /** The same for another strike, with choices of its own. */
    Scene with(Random choices, int nextTurn) {
        return new Scene(system, network, load, reader, history, clock, choices, nextTurn);
    }

    List<Replica> all(Service service) {
        return system.topology().replicas(service);
    }

    List<Replica> queueMembers() {
        List<Replica> members = new ArrayList<>(all(Service.FACADE));
        members.addAll(all(Service.MESSAGES));
        return members;
    }

    /** The variant whose turn it is: strikes of one kind of fault, one after another, take all of them. */
    <T> T turn(List<T> variants) {
        return variants.get(Math.floorMod(turn, variants.size()));
    }

    /** Whether all of so many variants have had their turn an odd number of times before. */
    boolean again(int variants) {
        return Math.floorDiv(turn, variants) % 2 == 1;
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
    Replica owner() throws IOException {
        return seenOwner().orElseThrow(() -> new IOException("no facade says who owns the queue"));
    }

    private Optional<Replica> seenOwner() {
        return all(Service.FACADE).stream()
                .filter(facade -> system.process(facade).isPresent())
                .flatMap(facade -> system.queueOwner(facade).stream())
                .findFirst();
    }

    /** Waits until the queue belongs to somebody else. */
    void awaitOtherOwner(Replica before) throws IOException, InterruptedException {
        await(
                NOTICED_WITHIN,
                () -> seenOwner().filter(owner -> !owner.equals(before)).isPresent(),
                () -> "the queue still belongs to " + before.name() + " after its end");
    }

    interface Blow {
        void fall() throws IOException;
    }

    /** Hits replicas, which have to answer all the same. After the blow nobody hurries any more. */
    void blow(StrikeRecorder recorder, List<Replica> replicas, Blow blow) throws IOException {
        recorder.hit(replicas);
        Duration from = clock.now();
        try {
            blow.fall();
        } finally {
            recorder.blow(from);
            load.hurry(false);
            recorder.over();
        }
    }

    void kill(StrikeRecorder recorder, List<Replica> replicas) throws IOException {
        end(recorder, replicas, () -> system.kill(replicas));
    }

    void stop(StrikeRecorder recorder, List<Replica> replicas) throws IOException {
        end(recorder, replicas, () -> system.stop(replicas));
    }

    void pause(StrikeRecorder recorder, List<Replica> replicas) throws IOException {
        end(recorder, replicas, () -> system.pause(replicas));
    }

    private void end(StrikeRecorder recorder, List<Replica> replicas, Blow blow) throws IOException {
        replicas.forEach(replica -> recorder.real(
                system.process(replica).isPresent(), replica.name() + " was not running when it was to be hit"));
        recorder.silence(replicas);
        blow(recorder, replicas, blow);
    }

    /** The trouble ends with it. */
    void start(StrikeRecorder recorder, List<Replica> replicas) throws IOException {
        for (Replica replica : replicas) {
            system.start(replica);
        }
        recorder.over();
    }

    void awaitHealthy(StrikeRecorder recorder, List<Replica> replicas) throws IOException, InterruptedException {
        awaitHealthy(recorder, replicas, HEALTHY_WITHIN);
    }

    void awaitHealthy(StrikeRecorder recorder, List<Replica> replicas, Duration patience)
            throws IOException, InterruptedException {
        for (Replica replica : replicas) {
            await(
                    patience,
                    () -> system.missing(replica).isEmpty(),
                    () -> replica.name() + " is not healthy: " + system.missing(replica));
            recorder.healthy(List.of(replica));
        }
    }

    /** Waits until all that are not left down are healthy, and each sees all the others of its cluster. */
    void awaitWhole(StrikeRecorder recorder) throws IOException, InterruptedException {
        awaitHealthy(recorder, living(recorder));
        await(HEALTHY_WITHIN, () -> isWhole(recorder), () -> "the clusters are not whole: " + views(recorder));
        awaitHealthy(recorder, living(recorder));
    }

    /** Whether each replica that is not left down sees all the others of its cluster, and nobody else. */
    boolean isWhole(StrikeRecorder recorder) {
        return living(recorder).stream()
                .allMatch(replica -> system.members(replica)
                        .equals(clusterOf(replica).stream()
                                .filter(living(recorder)::contains)
                                .map(Replica::name)
                                .collect(Collectors.toSet())));
    }

    private String views(StrikeRecorder recorder) {
        return living(recorder).stream()
                .map(replica -> replica.name() + " sees " + new TreeSet<>(system.members(replica)))
                .collect(Collectors.joining("; "));
    }

    private List<Replica> living(StrikeRecorder recorder) {
        return system.replicas().stream()
                .filter(replica -> !recorder.down().contains(replica.name()))
                .toList();
    }

    private List<Replica> clusterOf(Replica replica) {
        return replica.service() == Service.LOGGING ? all(Service.LOGGING) : queueMembers();
    }

    /** Whether none of the others in its cluster sees a replica. */
    boolean isGivenUp(Replica replica) {
        return others(clusterOf(replica), List.of(replica)).stream()
                .map(system::members)
                .noneMatch(seen -> seen.contains(replica.name()));
    }

    /** Waits until these have taken more messages than they had: the queue is being drained now. */
    void awaitDraining(List<Replica> replicas) throws IOException, InterruptedException {
        for (Replica replica : replicas) {
            int before = system.held(replica);
            await(
                    NOTICED_WITHIN,
                    () -> system.held(replica) > before,
                    () -> replica.name() + " takes nothing from the queue");
        }
    }

    /** Whether an answer of a replica to another one takes as long as a slow link lets it. */
    boolean isSlow(Replica replica) throws IOException {
        Replica other = others(system.replicas(), List.of(replica)).get(0);
        return network.answerTime(other, replica).compareTo(SLOW) >= 0;
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

    /** Everybody posts as fast as it goes, until that many more have been acknowledged. */
    void burst(int posts) throws IOException, InterruptedException {
        rush(posts);
        load.hurry(false);
    }

    /** The same, but they go on like this until the next blow falls: then posts are under way. */
    void rush(int posts) throws IOException, InterruptedException {
        int enough = load.acknowledged() + posts;
        load.hurry(true);
        await(BURST_WITHIN, () -> load.acknowledged() >= enough, () -> "no " + posts + " posts were acknowledged");
    }
}
