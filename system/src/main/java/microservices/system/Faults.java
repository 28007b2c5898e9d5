package microservices.system;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import microservices.system.Fault.Action;
import microservices.system.Fault.Group;
import microservices.system.Topology.Replica;

/** Every fault that torture knows. Each strikes while posts are under way. */
final class Faults {

    private static final Duration BEFORE_RESTART = Duration.ofSeconds(5);
    static final Duration UNDER_LOAD = Duration.ofSeconds(8);
    private static final Duration CLOCK_SHIFT = Duration.ofSeconds(60);
    static final int BURST = 150;

    /** Too long, or too much like another test's story, for one that runs at every build. */
    static final Set<String> ONLY_IN_TORTURE = Set.of(
            "stop-messages-then-owner", // as WalkThroughSystemTest
            "kill-messages-then-owner", // the same
            "kill-messages-then-lowest",
            "kill-facade", // as IdempotencySystemTest
            "pause-3",
            "pause-15",
            "pause-70",
            "pause-then-kill",
            "clock-behind");

    private Faults() {}

    static List<Fault> all() {
        List<Fault> faults = new ArrayList<>();
        faults.add(new Fault("stop-messages-then-owner", Group.STOP, messagesThenOwner(Scene::stop)));
        faults.add(new Fault("kill-messages-then-owner", Group.KILL, messagesThenOwner(Scene::kill)));
        faults.add(new Fault("kill-messages-then-lowest", Group.KILL, Faults::killMessagesThenLowest));
        faults.add(new Fault("rolling-restart", Group.STOP, Faults::rollingRestart));
        faults.add(new Fault("kill-draining", Group.KILL, killDraining(1)));
        faults.add(new Fault("kill-both-draining", Group.KILL, killDraining(2)));
        faults.add(new Fault("kill-draining-for-good", Group.KILL, Faults::killDrainingForGood));
        faults.add(new Fault("kill-owner", Group.KILL, killOwner(2)));
        faults.add(new Fault("kill-two-of-queue", Group.KILL, Faults::killTwoOfQueue));
        faults.add(new Fault("kill-logging", Group.KILL, killLogging(2)));
        faults.add(new Fault("kill-two-of-logging", Group.KILL, Faults::killTwoOfLogging));
        faults.add(new Fault("kill-facade", Group.KILL, Faults::killFacade));
        for (int seconds : new int[] {3, 15, 70}) {
            faults.add(new Fault("pause-" + seconds, Group.PAUSE, pause(Duration.ofSeconds(seconds), false)));
        }
        faults.add(new Fault("pause-owner-15", Group.PAUSE, pause(Duration.ofSeconds(15), true)));
        faults.add(new Fault("pause-then-kill", Group.PAUSE, Faults::pauseThenKill));
        faults.add(new Fault("cut-off-one", Group.PARTITION, true, NetworkFaults::cutOffOne));
        faults.add(new Fault("cut-in-half", Group.PARTITION, true, NetworkFaults::cutInHalf));
        faults.add(new Fault("cut-off-logging", Group.PARTITION, true, NetworkFaults::cutOffLogging));
        faults.add(new Fault("cut-one-way", Group.PARTITION, true, NetworkFaults::cutOneWay));
        faults.add(new Fault("slow-link", Group.SLOW, true, NetworkFaults::slowLink));
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

    private interface End {
        void of(Scene scene, Struck struck, List<Replica> replicas);
    }

    private static Action messagesThenOwner(End end) {
        return (scene, struck) -> {
            List<Replica> messages = scene.all(Service.MESSAGES);
            end.of(scene, struck, messages);
            scene.burst(BURST);
            Replica owner = scene.owner();
            struck.real(owner.service() == Service.FACADE, "the owner was not a facade but " + owner.name());
            lose(end, scene, struck, messages, owner);
        };
    }

    private static void killMessagesThenLowest(Scene scene, Struck struck) throws IOException, InterruptedException {
        List<Replica> messages = scene.all(Service.MESSAGES);
        scene.kill(struck, messages);
        scene.burst(BURST);
        lose(Scene::kill, scene, struck, messages, scene.all(Service.FACADE).get(0));
    }

    /** Until the messages replicas have joined, the other facade is alone and refuses. */
    private static void lose(End end, Scene scene, Struck struck, List<Replica> messages, Replica facade)
            throws IOException, InterruptedException {
        struck.refusing();
        end.of(scene, struck, List.of(facade));
        scene.start(messages);
        scene.awaitHealthy(messages);
        scene.start(List.of(facade));
    }

    /** The clients of a facade that is not being restarted itself see nothing but 201. */
    private static void rollingRestart(Scene scene, Struck struck) throws IOException, InterruptedException {
        for (Replica replica : scene.system.replicas()) {
            Duration from = scene.clock.now();
            scene.stop(struck, List.of(replica));
            scene.start(List.of(replica));
            scene.awaitHealthy(scene.system.replicas());
            for (Operation operation : scene.history.snapshot().operations()) {
                if (operation.sent().compareTo(from) >= 0
                        && !operation.facade().equals(replica.name())
                        && !operation.isAcknowledged()) {
                    throw new IOException(operation.what() + " got " + operation.status() + " from "
                            + operation.facade() + " while " + replica.name() + " was restarted");
                }
            }
        }
    }

    private static Action killDraining(int replicas) {
        return (scene, struck) -> {
            List<Replica> victims =
                    replicas == 2 ? scene.all(Service.MESSAGES) : List.of(scene.one(scene.all(Service.MESSAGES)));
            killAndRestart(scene, struck, victims);
        };
    }

    /** While posts are under way. */
    private static void killAndRestart(Scene scene, Struck struck, List<Replica> victims)
            throws IOException, InterruptedException {
        scene.burst(BURST);
        scene.kill(struck, victims);
        scene.last(BEFORE_RESTART);
        scene.start(victims);
    }

    private static void killDrainingForGood(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica victim = scene.one(scene.all(Service.MESSAGES));
        scene.burst(BURST);
        scene.kill(struck, List.of(victim));
        struck.leaveDown(victim);
    }

    private static Action killOwner(int times) {
        return (scene, struck) -> {
            for (int time = 1; time <= times; time++) {
                Replica owner = scene.owner();
                scene.burst(BURST);
                struck.real(scene.owner().equals(owner), "the queue moved before its owner was killed");
                scene.kill(struck, List.of(owner));
                scene.last(BEFORE_RESTART);
                Replica next = scene.owner();
                struck.real(!next.equals(owner), "the queue still belonged to " + owner.name() + " after its end");
                scene.start(List.of(owner));
                scene.awaitHealthy(scene.system.replicas());
            }
        };
    }

    private static void killTwoOfQueue(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica first = scene.one(scene.queueMembers());
        Replica second = scene.one(scene.others(scene.queueMembers(), List.of(first)));
        killAndRestart(scene, struck, List.of(first, second));
    }

    private static Action killLogging(int times) {
        return (scene, struck) -> {
            for (int time = 1; time <= times; time++) {
                Replica victim = scene.one(scene.all(Service.LOGGING));
                killAndRestart(scene, struck, List.of(victim));
                scene.awaitHealthy(scene.system.replicas());
            }
        };
    }

    private static void killTwoOfLogging(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica survivor = scene.one(scene.all(Service.LOGGING));
        List<Replica> victims = scene.others(scene.all(Service.LOGGING), List.of(survivor));
        struck.refusing();
        scene.burst(BURST);
        scene.kill(struck, victims);
        scene.last(BEFORE_RESTART);
        for (Replica facade : scene.all(Service.FACADE)) {
            if (!scene.readings.read(facade)) {
                throw new IOException("two of three logging replicas are gone, and " + facade.name() + " cannot read");
            }
        }
        scene.start(victims);
    }

    private static void killFacade(Scene scene, Struck struck) throws IOException, InterruptedException {
        killAndRestart(scene, struck, List.of(scene.one(scene.all(Service.FACADE))));
    }

    private static Action pause(Duration time, boolean owner) {
        return (scene, struck) -> {
            Replica victim = owner ? scene.owner() : scene.one(scene.system.replicas());
            struck.silence(List.of(victim));
            scene.burst(BURST);
            scene.system.pause(List.of(victim));
            scene.last(time);
            scene.system.resume(List.of(victim));
            struck.over();
        };
    }

    private static void pauseThenKill(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica victim = scene.one(scene.system.replicas());
        struck.silence(List.of(victim));
        scene.burst(BURST);
        scene.system.pause(List.of(victim));
        scene.last(BEFORE_RESTART);
        scene.kill(struck, List.of(victim));
        scene.start(List.of(victim));
    }

    private static Action clock(Duration shift) {
        return (scene, struck) -> {
            Replica victim = scene.one(scene.system.replicas());
            Map<String, String> shifted = ClockShift.environment(shift);
            scene.stop(struck, List.of(victim));
            scene.system.start(victim, shifted);
            scene.awaitHealthy(List.of(victim));
            scene.burst(BURST);
            scene.last(UNDER_LOAD);
            scene.stop(struck, List.of(victim));
            scene.start(List.of(victim));
        };
    }

    private static void flood(Scene scene, Struck struck) throws IOException, InterruptedException {
        List<Replica> messages = scene.all(Service.MESSAGES);
        struck.refusing();
        scene.stop(struck, messages);
        scene.load.hurry(true);
        try {
            int acknowledged = scene.load.acknowledged();
            int before = scene.load.refused();
            scene.await(
                    Duration.ofSeconds(60),
                    () -> scene.load.refused() - before >= BURST,
                    () -> "the queue did not become full; " + (scene.load.acknowledged() - acknowledged)
                            + " were taken");
        } finally {
            scene.load.hurry(false);
        }
        scene.start(messages);
    }
}
