package microservices.system;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import microservices.system.Topology.Replica;

/** What a fault tells of itself while it strikes, until it becomes a {@link Strike} of the history. */
final class Struck {

    private final String fault;
    private final RunClock clock;
    private final Duration from;

    private final Set<String> targets = new TreeSet<>();
    private final Set<String> excused = new HashSet<>();
    private final Set<String> down = new HashSet<>();
    private Duration until;
    private boolean refusing;
    private String notReal;

    Struck(String fault, RunClock clock) {
        this.fault = fault;
        this.clock = clock;
        this.from = clock.now();
    }

    /** These are hit, and facades among them cannot answer. */
    void silence(List<Replica> replicas) {
        hit(replicas);
        replicas.stream()
                .filter(replica -> replica.service() == Service.FACADE)
                .forEach(facade -> excused.add(facade.name()));
    }

    /** These are hit, and have to answer all the same. */
    void hit(List<Replica> replicas) {
        replicas.forEach(replica -> targets.add(replica.name()));
    }

    /** From now on the trouble is over; said more than once, the last time counts. */
    void over() {
        until = clock.now();
    }

    /** This replica is not started again before all has been read. */
    void leaveDown(Replica replica) {
        down.add(replica.name());
    }

    /** Posts may be refused until all is whole again. */
    void refusing() {
        refusing = true;
    }

    /** The run proves nothing unless this was so. */
    void real(boolean real, String otherwise) {
        if (!real && notReal == null) {
            notReal = otherwise;
        }
    }

    Set<String> targets() {
        return targets;
    }

    Set<String> down() {
        return down;
    }

    /** To be called when everything is whole again. */
    Strike recovered() {
        Duration now = clock.now();
        return new Strike(fault, targets, from, until == null ? now : until, excused, now, refusing, notReal);
    }
}
