package microservices.system.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.system.torture.Fault.Action;

/** The faults that freeze processes, by SIGSTOP. */
final class PauseFaults {

    /** A member that has been silent for so long has been given up by the others. */
    private static final Duration GIVEN_UP_WITHIN = Duration.ofSeconds(14);

    private PauseFaults() {}

    private interface Choice {
        Replica victim() throws IOException, InterruptedException;
    }

    /** A facade, a logging replica, a messages replica, or the queue's owner, in turn. */
    static Action ofOneRole(Duration time) {
        return (scene, recorder) -> pause(scene, recorder, time, oneRole(scene));
    }

    static Action ofOwner(Duration time) {
        return (scene, recorder) -> pause(scene, recorder, time, scene::owner);
    }

    private static Choice oneRole(Scene scene) {
        return scene.turn(List.<Choice>of(
                () -> scene.one(scene.all(Service.FACADE)),
                () -> scene.one(scene.all(Service.LOGGING)),
                () -> scene.one(scene.all(Service.MESSAGES)),
                scene::owner));
    }

    private static void pause(Scene scene, StrikeRecorder recorder, Duration time, Choice choice)
            throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        Replica victim = choice.victim();
        scene.pause(recorder, List.of(victim));
        scene.last(time);
        if (time.compareTo(GIVEN_UP_WITHIN) > 0) {
            recorder.real(
                    scene.isGivenUp(victim),
                    victim.name() + " was frozen for " + time.toSeconds() + " s, and not given up");
        }
        scene.system.resume(List.of(victim));
        recorder.over();
    }

    static void thenKill(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException {
        scene.rush(Faults.BURST);
        Replica victim = oneRole(scene).victim();
        scene.pause(recorder, List.of(victim));
        scene.last(Faults.BEFORE_RESTART);
        scene.kill(recorder, List.of(victim));
        scene.start(recorder, List.of(victim));
    }
}
