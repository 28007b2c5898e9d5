package microservices.system;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import microservices.system.Fault.Action;
import microservices.system.Topology.Replica;

/** The faults that end processes, by SIGTERM or SIGKILL. */
final class KillFaults {

    /** How soon a lone member has noticed that it is alone, and refuses. */
    private static final Duration NOTICED = Duration.ofSeconds(2);

    /** A post that finds no logging replica is answered within this. */
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(15);

    private KillFaults() {}

    interface End {
        void of(Scene scene, Struck struck, List<Replica> replicas) throws IOException;
    }

    static Action messagesThenOwner(End end) {
        return (scene, struck) -> {
            List<Replica> messages = scene.all(Service.MESSAGES);
            scene.rush(Faults.BURST);
            end.of(scene, struck, messages);
            scene.rush(Faults.BURST);
            Replica owner = scene.owner();
            struck.real(owner.service() == Service.FACADE, "the owner was not a facade but " + owner.name());
            lose(end, scene, struck, messages, owner);
        };
    }

    static void messagesThenLowest(Scene scene, Struck struck) throws IOException, InterruptedException {
        List<Replica> messages = scene.all(Service.MESSAGES);
        scene.rush(Faults.BURST);
        scene.kill(struck, messages);
        scene.rush(Faults.BURST);
        lose(Scene::kill, scene, struck, messages, scene.all(Service.FACADE).get(0));
    }

    /** Until the messages replicas have joined, the other facade is alone and refuses. */
    private static void lose(End end, Scene scene, Struck struck, List<Replica> messages, Replica facade)
            throws IOException, InterruptedException {
        struck.refusing();
        end.of(scene, struck, List.of(facade));
        scene.awaitOtherOwner(facade);
        scene.start(struck, messages);
        scene.awaitHealthy(struck, messages);
        scene.start(struck, List.of(facade));
    }

    /** The clients of a facade that is not being restarted itself see nothing but 201. */
    static void rollingRestart(Scene scene, Struck struck) throws IOException, InterruptedException {
        for (Replica replica : scene.system.replicas()) {
            Duration from = scene.clock.now();
            scene.stop(struck, List.of(replica));
            scene.start(struck, List.of(replica));
            scene.awaitWhole(struck);
            struck.undisturbed(scene.others(scene.all(Service.FACADE), List.of(replica)), from);
        }
    }

    static void oneDraining(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.all(Service.MESSAGES));
        scene.rush(Faults.BURST);
        scene.awaitDraining(List.of(victim));
        killAndRestart(scene, struck, List.of(victim));
    }

    static void bothDraining(Scene scene, Struck struck) throws IOException, InterruptedException {
        List<Replica> victims = scene.all(Service.MESSAGES);
        scene.rush(Faults.BURST);
        scene.awaitDraining(victims);
        killAndRestart(scene, struck, victims);
    }

    static void oneDrainingForGood(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.all(Service.MESSAGES));
        scene.rush(Faults.BURST);
        scene.awaitDraining(List.of(victim));
        scene.kill(struck, List.of(victim));
        struck.leaveDown(victim);
    }

    static void owner(Scene scene, Struck struck) throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        Replica owner = scene.owner();
        scene.kill(struck, List.of(owner));
        scene.last(Faults.BEFORE_RESTART);
        scene.awaitOtherOwner(owner);
        scene.start(struck, List.of(owner));
    }

    /** Each pair in turn. */
    static void twoOfQueue(Scene scene, Struck struck) throws IOException, InterruptedException {
        List<Replica> members = scene.queueMembers();
        List<List<Replica>> pairs = new ArrayList<>();
        for (int first = 0; first < members.size(); first++) {
            for (int second = first + 1; second < members.size(); second++) {
                pairs.add(List.of(members.get(first), members.get(second)));
            }
        }
        scene.rush(Faults.BURST);
        killAndRestart(scene, struck, scene.turn(pairs));
    }

    static void logging(Scene scene, Struck struck) throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        killAndRestart(scene, struck, List.of(scene.turn(scene.all(Service.LOGGING))));
    }

    /** Readings go on; posts are refused until one is back. */
    static void twoOfLogging(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica survivor = scene.turn(scene.all(Service.LOGGING));
        List<Replica> victims = scene.others(scene.all(Service.LOGGING), List.of(survivor));
        struck.refusing();
        scene.rush(Faults.BURST);
        scene.kill(struck, victims);
        Duration noticed = scene.clock.now().plus(NOTICED);
        scene.last(Faults.BEFORE_RESTART);
        for (Replica facade : scene.all(Service.FACADE)) {
            if (!scene.readings.read(facade)) {
                struck.breach("two of three logging replicas are gone, and " + facade.name() + " cannot read");
            }
        }
        int before = scene.load.refused();
        scene.await(REFUSED_WITHIN, () -> scene.load.refused() > before, () -> "no post was refused");
        Duration restart = scene.clock.now();
        scene.history.snapshot().operations().stream()
                .filter(operation -> operation.isAcknowledged()
                        && operation.sent().compareTo(noticed) > 0
                        && operation.answered().compareTo(restart) < 0)
                .forEach(operation -> struck.breach(operation.what() + " got 201 from a log of one member"));
        scene.start(struck, victims);
    }

    /** No client of the other facade notices. */
    static void facade(Scene scene, Struck struck) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.all(Service.FACADE));
        scene.rush(Faults.BURST);
        Duration from = scene.clock.now();
        killAndRestart(scene, struck, List.of(victim));
        scene.awaitWhole(struck);
        struck.undisturbed(scene.others(scene.all(Service.FACADE), List.of(victim)), from);
    }

    private static void killAndRestart(Scene scene, Struck struck, List<Replica> victims)
            throws IOException, InterruptedException {
        scene.kill(struck, victims);
        scene.last(Faults.BEFORE_RESTART);
        scene.start(struck, victims);
    }
}
