package microservices.system.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.system.torture.Fault.Action;
import microservices.system.torture.Fault.Group;

/** Every fault that torture knows. Each strikes while posts are under way. */
public final class Faults {

    static final Duration BEFORE_RESTART = Duration.ofSeconds(5);
    static final Duration UNDER_LOAD = Duration.ofSeconds(8);
    private static final Duration CLOCK_SHIFT = Duration.ofSeconds(60);
    /** So many posts are acknowledged before the blow falls. */
    static final int BURST = 150;

    /** How often in a row torture strikes at what is somewhere else, or another one, after each blow. */
    private static final int FIVE_TIMES = 5;

    /** Too long, or too much like another test's story, for one that runs at every build. */
    static final Set<String> ONLY_IN_TORTURE = Set.of(
            "stop-messages-then-owner", // as WalkThroughSystemTest
            "kill-messages-then-owner", // the same
            "kill-draining", // as kill-draining-for-good
            "kill-both-draining", // both die in kill-queue-cluster, too
            "kill-owner", // one of the pairs of kill-two-of-queue
            "stop-queue-cluster", // as kill-queue-cluster
            "kill-logging", // as kill-two-of-logging
            "kill-facade", // as IdempotencySystemTest
            "pause-3",
            "pause-15", // as pause-owner-15
            "pause-70",
            "pause-then-kill", // as pause-owner-15, and the kills
            "cut-one-way", // as cut-off-one
            "clock-behind"); // as clock-ahead

    private Faults() {}

    public static List<Fault> all() {
        List<Fault> faults = new ArrayList<>();
        faults.add(new Fault("stop-messages-then-owner", Group.STOP, KillFaults.messagesThenOwner(Scene::stop)));
        faults.add(new Fault("kill-messages-then-owner", Group.KILL, KillFaults.messagesThenOwner(Scene::kill)));
        faults.add(new Fault("kill-messages-then-lowest", Group.KILL, KillFaults::messagesThenLowest));
        faults.add(new Fault("rolling-restart", Group.STOP, KillFaults::rollingRestart));
        faults.add(new Fault("kill-draining", Group.KILL, KillFaults::oneDraining));
        faults.add(new Fault("kill-both-draining", Group.KILL, KillFaults::bothDraining));
        faults.add(new Fault("kill-draining-for-good", Group.KILL, KillFaults::oneDrainingForGood));
        faults.add(new Fault("kill-owner", Group.KILL, FIVE_TIMES, false, KillFaults::owner));
        faults.add(new Fault("kill-two-of-queue", Group.KILL, KillFaults::twoOfQueue));
        faults.add(new Fault("kill-queue-cluster", Group.KILL, KillFaults::queueCluster));
        faults.add(new Fault("stop-queue-cluster", Group.STOP, KillFaults::stopQueueCluster));
        faults.add(new Fault("kill-logging", Group.KILL, FIVE_TIMES, false, KillFaults::logging));
        faults.add(new Fault("kill-two-of-logging", Group.KILL, KillFaults::twoOfLogging));
        faults.add(new Fault("kill-facade", Group.KILL, KillFaults::facade));
        for (int seconds : new int[] {3, 15, 70}) {
            faults.add(new Fault("pause-" + seconds, Group.PAUSE, PauseFaults.ofOneRole(Duration.ofSeconds(seconds))));
        }
        faults.add(new Fault("pause-owner-15", Group.PAUSE, PauseFaults.ofOwner(Duration.ofSeconds(15))));
        faults.add(new Fault("pause-then-kill", Group.PAUSE, PauseFaults::thenKill));
        faults.add(new Fault("cut-off-one", Group.PARTITION, 1, true, NetworkFaults::cutOffOne));
        faults.add(new Fault("cut-in-half", Group.PARTITION, 1, true, NetworkFaults::cutInHalf));
        faults.add(new Fault("cut-off-logging", Group.PARTITION, 1, true, NetworkFaults::cutOffLogging));
        faults.add(new Fault("cut-one-way", Group.PARTITION, 1, true, NetworkFaults::cutOneWay));
        faults.add(new Fault("slow-link", Group.SLOW, 1, true, NetworkFaults::slowLink));
        faults.add(new Fault("clock-ahead", Group.CLOCK, clock(CLOCK_SHIFT)));
        faults.add(new Fault("clock-behind", Group.CLOCK, clock(CLOCK_SHIFT.negated())));
        faults.add(new Fault("flood", Group.FLOOD, Faults::flood));
        return List.copyOf(faults);
    }

    static Fault named(String name) {
        return all().stream()
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Action clock(Duration shift) {
        return (scene, recorder) -> {
            Replica victim = scene.turn(scene.system.replicas());
            Map<String, String> shifted = ClockShift.environment(shift);
            scene.stop(recorder, List.of(victim));
            scene.system.start(victim, shifted);
            scene.awaitHealthy(recorder, List.of(victim));
            scene.burst(BURST);
            scene.last(UNDER_LOAD);
            recorder.real(
                    ClockShift.isSeen(scene.system.log(victim), shift),
                    "the clock of " + victim.name() + " was not " + shift.toSeconds() + " s ahead");
            scene.stop(recorder, List.of(victim));
            scene.start(recorder, List.of(victim));
        };
    }

    private static void flood(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        List<Replica> messages = scene.all(Service.MESSAGES);
        recorder.refusing();
        scene.load.crowd(true);
        scene.stop(recorder, messages);
        int acknowledged = scene.load.acknowledged();
        int before = scene.load.full();
        scene.load.hurry(true);
        scene.await(
                Duration.ofSeconds(60),
                () -> scene.load.full() - before >= BURST,
                () -> "the queue did not become full; " + (scene.load.acknowledged() - acknowledged) + " were taken");
        scene.load.hurry(false);
        scene.start(recorder, messages);
    }
}
