package microservices.system.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.system.network.Network;

/** The faults that need a network of our own, see {@link Network}. */
final class NetworkFaults {

    /** It is sent its copies of all partitions, a few at a time. */
    private static final Duration JOINS_SLOWLY_WITHIN = Duration.ofSeconds(150);

    private static final Duration SPLIT = Duration.ofSeconds(20);

    private NetworkFaults() {}

    static void cutOffOne(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        cutOff(scene, recorder, scene.queueMembers());
    }

    static void cutOffLogging(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        cutOff(scene, recorder, scene.all(Service.LOGGING));
    }

    /**
     * Each of them in turn: from all other replicas, or from its own cluster alone, whose facades still send it posts.
     * Clients reach it all the same, and it has to answer them.
     */
    private static void cutOff(Scene scene, StrikeRecorder recorder, List<Replica> cluster)
            throws IOException, InterruptedException {
        Replica victim = scene.turn(cluster);
        List<Replica> from = scene.again(cluster.size()) ? cluster : scene.system.replicas();
        split(scene, recorder, List.of(victim), scene.others(from, List.of(victim)));
    }

    static void cutInHalf(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        Replica first = scene.queueMembers().get(0);
        Replica second = scene.turn(scene.others(scene.queueMembers(), List.of(first)));
        List<Replica> half = List.of(first, second);
        split(scene, recorder, half, scene.others(scene.queueMembers(), half));
    }

    private static void split(Scene scene, StrikeRecorder recorder, List<Replica> these, List<Replica> those)
            throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        scene.blow(recorder, these, () -> scene.network.cut(Set.copyOf(these), Set.copyOf(those)));
        endCut(scene, recorder);
    }

    static void cutOneWay(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.system.replicas());
        Set<Replica> others = Set.copyOf(scene.others(scene.system.replicas(), List.of(victim)));
        boolean speaks = scene.random.nextBoolean();
        scene.rush(Faults.BURST);
        scene.blow(recorder, List.of(victim), () -> {
            if (speaks) {
                scene.network.cutOneWay(others, Set.of(victim));
            } else {
                scene.network.cutOneWay(Set.of(victim), others);
            }
        });
        endCut(scene, recorder);
    }

    private static void endCut(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        scene.last(SPLIT);
        recorder.real(
                !scene.isWhole(recorder), "the cut lasted for " + SPLIT.toSeconds() + " s, and nobody was given up");
        scene.network.heal();
        recorder.over();
    }

    /** The replica starts anew in front of a slow link, works, and has its link back. */
    static void slowLink(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.system.replicas());
        scene.stop(recorder, List.of(victim));
        scene.network.slowAmongReplicas(victim);
        try {
            scene.start(recorder, List.of(victim));
            scene.awaitHealthy(recorder, List.of(victim), JOINS_SLOWLY_WITHIN);
            scene.burst(Faults.BURST);
            scene.last(Faults.UNDER_LOAD);
            recorder.real(scene.isSlow(victim), "the link to " + victim.name() + " was not slow");
        } finally {
            scene.network.fast(victim);
        }
        recorder.over();
    }
}
