package microservices.system.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.system.torture.Fault.Action;

/** The faults that end processes, by SIGTERM or SIGKILL. */
final class KillFaults {

    /** How soon a lone member has noticed that it is alone, and refuses. */
    private static final Duration NOTICED = Duration.ofSeconds(2);

    /** A post that finds no logging replica is answered within this. */
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(15);

    private KillFaults() {}

    interface End {
        void of(Scene scene, StrikeRecorder recorder, List<Replica> replicas) throws IOException;
    }

    static Action messagesThenOwner(End end) {
        return (scene, recorder) -> {
            List<Replica> messages = scene.all(Service.MESSAGES);
            scene.rush(Faults.BURST);
            end.of(scene, recorder, messages);
            scene.rush(Faults.BURST);
            Replica owner = scene.owner();
            recorder.real(owner.service() == Service.FACADE, "the owner was not a facade but " + owner.name());
            lose(end, scene, recorder, messages, owner);
        };
    }

    static void messagesThenLowest(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        List<Replica> messages = scene.all(Service.MESSAGES);
        scene.rush(Faults.BURST);
        scene.kill(recorder, messages);
        scene.rush(Faults.BURST);
        lose(Scene::kill, scene, recorder, messages, scene.all(Service.FACADE).get(0));
    }

    /** Until the messages replicas have joined, the other facade is alone and refuses. */
    private static void lose(End end, Scene scene, StrikeRecorder recorder, List<Replica> messages, Replica facade)
            throws IOException, InterruptedException {
        recorder.refusing();
        end.of(scene, recorder, List.of(facade));
        scene.awaitOtherOwner(facade);
        scene.start(recorder, messages);
        scene.awaitHealthy(recorder, messages);
        scene.start(recorder, List.of(facade));
    }

    /** The clients of a facade that is not being restarted itself see nothing but 201. */
    static void rollingRestart(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        for (Replica replica : scene.system.replicas()) {
            Duration from = scene.clock.now();
            scene.stop(recorder, List.of(replica));
            scene.start(recorder, List.of(replica));
            scene.awaitWhole(recorder);
            recorder.undisturbed(scene.others(scene.all(Service.FACADE), List.of(replica)), from);
        }
    }

    static void oneDraining(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.all(Service.MESSAGES));
        scene.rush(Faults.BURST);
        scene.awaitDraining(List.of(victim));
        killAndRestart(scene, recorder, List.of(victim));
    }

    static void bothDraining(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        List<Replica> victims = scene.all(Service.MESSAGES);
        scene.rush(Faults.BURST);
        scene.awaitDraining(victims);
        killAndRestart(scene, recorder, victims);
    }

    static void oneDrainingForGood(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.all(Service.MESSAGES));
        scene.rush(Faults.BURST);
        scene.awaitDraining(List.of(victim));
        scene.kill(recorder, List.of(victim));
        recorder.leaveDown(victim);
    }

    static void owner(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        Replica owner = scene.owner();
        scene.kill(recorder, List.of(owner));
        scene.last(Faults.BEFORE_RESTART);
        scene.awaitOtherOwner(owner);
        scene.start(recorder, List.of(owner));
    }

    /** Each pair in turn. */
    static void twoOfQueue(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        List<Replica> members = scene.queueMembers();
        List<List<Replica>> pairs = new ArrayList<>();
        for (int first = 0; first < members.size(); first++) {
            for (int second = first + 1; second < members.size(); second++) {
                pairs.add(List.of(members.get(first), members.get(second)));
            }
        }
        scene.rush(Faults.BURST);
        killAndRestart(scene, recorder, scene.turn(pairs));
    }

    /** All at once: nothing is left of the queue and the ledger, and whatever is logged has to be delivered again. */
    static void queueCluster(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        killAndRestart(scene, recorder, scene.queueMembers());
    }

    /** The same by SIGTERM: in turn all at once, the facades first, and the messages replicas first. */
    static void stopQueueCluster(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        List<Replica> facades = scene.all(Service.FACADE);
        List<Replica> messages = scene.all(Service.MESSAGES);
        List<List<Replica>> orders = scene.turn(List.of(
                List.of(scene.queueMembers()),
                List.of(facades.subList(0, 1), facades.subList(1, facades.size()), messages),
                List.of(messages.subList(0, 1), messages.subList(1, messages.size()), facades)));
        scene.rush(Faults.BURST);
        for (List<Replica> next : orders) {
            scene.stop(recorder, next);
        }
        scene.last(Faults.BEFORE_RESTART);
        scene.start(recorder, scene.queueMembers());
    }

    static void logging(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        killAndRestart(scene, recorder, List.of(scene.turn(scene.all(Service.LOGGING))));
    }

    /** Readings go on; posts are refused until one is back. */
    static void twoOfLogging(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        Replica survivor = scene.turn(scene.all(Service.LOGGING));
        List<Replica> victims = scene.others(scene.all(Service.LOGGING), List.of(survivor));
        recorder.refusing();
        scene.rush(Faults.BURST);
        scene.kill(recorder, victims);
        Duration noticed = scene.clock.now().plus(NOTICED);
        scene.last(Faults.BEFORE_RESTART);
        for (Replica facade : scene.all(Service.FACADE)) {
            if (!scene.reader.read(facade)) {
                recorder.breach("two of three logging replicas are gone, and " + facade.name() + " cannot read");
            }
        }
        int before = scene.load.refused();
        scene.await(REFUSED_WITHIN, () -> scene.load.refused() > before, () -> "no post was refused");
        Duration restart = scene.clock.now();
        scene.history.snapshot().operations().stream()
                .filter(operation -> operation.isAcknowledged()
                        && operation.sent().compareTo(noticed) > 0
                        && operation.answered().compareTo(restart) < 0)
                .forEach(operation -> recorder.breach(operation.what() + " got 201 from a log of one member"));
        scene.start(recorder, victims);
    }

    /** No client of the other facade notices. */
    static void facade(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        Replica victim = scene.turn(scene.all(Service.FACADE));
        scene.rush(Faults.BURST);
        Duration from = scene.clock.now();
        killAndRestart(scene, recorder, List.of(victim));
        scene.awaitWhole(recorder);
        recorder.undisturbed(scene.others(scene.all(Service.FACADE), List.of(victim)), from);
    }

    private static void killAndRestart(Scene scene, StrikeRecorder recorder, List<Replica> victims)
            throws IOException, InterruptedException {
        scene.kill(recorder, victims);
        scene.last(Faults.BEFORE_RESTART);
        scene.start(recorder, victims);
    }
}
