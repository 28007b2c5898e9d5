package microservices.system;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import microservices.system.Topology.Replica;

/** The faults that need a network of our own, see {@link Network}. */
final class NetworkFaults {

    /** It is sent its copies of hundreds of partitions, a few at a time. */
    private static final Duration JOINS_SLOWLY_WITHIN = Duration.ofSeconds(150);

    private static final Duration SPLIT = Duration.ofSeconds(20);

    private NetworkFaults() {}

    static void cutOffOne(Scene scene, Struck struck) throws IOException, InterruptedException {
        cutOff(scene, struck, scene.queueMembers());
    }

    static void cutOffLogging(Scene scene, Struck struck) throws IOException, InterruptedException {
        cutOff(scene, struck, scene.all(Service.LOGGING));
    }

    /**
     * Each of them in turn: from all other replicas, or from its own cluster alone, whose facades still send it posts.
     * Clients reach it all the same, and it has to answer them.
     */
    private static void cutOff(Scene scene, Struck struck, List<Replica> cluster)
            throws IOException, InterruptedException {
        Replica victim = scene.turn(cluster);
        List<Replica> from = scene.again(cluster.size()) ? cluster : scene.system.replicas();
        split(scene, struck, List.of(victim), scene.others(from, List.of(victim)));
    }

    static void cutInHalf(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica first = scene.queueMembers().get(0);
        Replica second = scene.turn(scene.others(scene.queueMembers(), List.of(first)));
        List<Replica> half = List.of(first, second);
        split(scene, struck, half, scene.others(scene.queueMembers(), half));
    }

    private static void split(Scene scene, Struck struck, List<Replica> these, List<Replica> those)
            throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        scene.blow(struck, these, () -> scene.network.cut(Set.copyOf(these), Set.copyOf(those)));
        endCut(scene, struck);
    }

    static void cutOneWay(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.system.replicas());
        Set<Replica> others = Set.copyOf(scene.others(scene.system.replicas(), List.of(victim)));
        boolean speaks = scene.random.nextBoolean();
        scene.rush(Faults.BURST);
        scene.blow(struck, List.of(victim), () -> {
            if (speaks) {
                scene.network.cutOneWay(others, Set.of(victim));
            } else {
                scene.network.cutOneWay(Set.of(victim), others);
            }
        });
        endCut(scene, struck);
    }

    private static void endCut(Scene scene, Struck struck) throws IOException, InterruptedException {
        scene.last(SPLIT);
        struck.real(!scene.isWhole(struck), "the cut lasted for " + SPLIT.toSeconds() + " s, and nobody was given up");
        scene.network.heal();
        struck.over();
    }

    /** The replica starts anew in front of a slow link, works, and has its link back. */
    static void slowLink(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.system.replicas());
        scene.stop(struck, List.of(victim));
        scene.network.slowAmongReplicas(victim);
        try {
            scene.start(struck, List.of(victim));
            scene.awaitHealthy(struck, List.of(victim), JOINS_SLOWLY_WITHIN);
            scene.burst(Faults.BURST);
            scene.last(Faults.UNDER_LOAD);
            struck.real(scene.isSlow(victim), "the link to " + victim.name() + " was not slow");
        } finally {
            scene.network.fast(victim);
        }
        struck.over();
    }
}
