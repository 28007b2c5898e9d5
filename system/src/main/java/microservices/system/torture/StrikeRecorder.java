package microservices.system.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import microservices.system.history.Interval;
import microservices.system.history.ReplicaInterval;
import microservices.system.history.RunClock;
import microservices.system.history.Strike;
import microservices.system.local.Topology.Replica;

/** What a fault tells of itself while it strikes, until it becomes a {@link Strike} of the history. */
final class StrikeRecorder {

    private final String fault;
    private final RunClock clock;
    private final Duration from;

    private final Set<String> targets = new TreeSet<>();
    private final Map<String, Duration> silentSince = new HashMap<>();
    private final List<ReplicaInterval> excuses = new ArrayList<>();
    private final List<Interval> blows = new ArrayList<>();
    private final List<ReplicaInterval> undisturbed = new ArrayList<>();
    private final List<String> breaches = new ArrayList<>();
    private final Set<String> down = new HashSet<>();
    private Duration until;
    private boolean refusing;
    private String notReal;

    StrikeRecorder(String fault, RunClock clock) {
        this.fault = fault;
        this.clock = clock;
        this.from = clock.now();
    }

    /** These are hit now, and cannot answer from now on. */
    void silence(List<Replica> replicas) {
        hit(replicas);
        replicas.forEach(replica -> silentSince.putIfAbsent(replica.name(), clock.now()));
    }

    /** These are healthy again, and so have to answer. */
    void healthy(List<Replica> replicas) {
        replicas.forEach(replica -> healthy(replica.name()));
    }

    private void healthy(String replica) {
        Duration since = silentSince.remove(replica);
        if (since != null) {
            excuses.add(new ReplicaInterval(replica, new Interval(since, clock.now())));
        }
    }

    /** These are hit, and have to answer all the same. */
    void hit(List<Replica> replicas) {
        replicas.forEach(replica -> targets.add(replica.name()));
    }

    /** Somebody was hit from then until now. */
    void blow(Duration since) {
        blows.add(new Interval(since, clock.now()));
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

    /** The clients of these must have seen nothing but 201 from then until now. */
    void undisturbed(List<Replica> facades, Duration since) {
        facades.forEach(
                facade -> undisturbed.add(new ReplicaInterval(facade.name(), new Interval(since, clock.now()))));
    }

    /** A client saw what this fault must not show. */
    void breach(String sentence) {
        breaches.add(sentence);
    }

    /** The run proves nothing unless this was so. */
    void real(boolean real, String otherwise) {
        if (!real && notReal == null) {
            notReal = otherwise;
        }
    }

    Set<String> down() {
        return down;
    }

    /** To be called when everything is whole again. */
    Strike recovered() {
        List.copyOf(silentSince.keySet()).forEach(this::healthy);
        Duration now = clock.now();
        return new Strike(
                fault,
                targets,
                from,
                until == null ? now : until,
                excuses,
                now,
                refusing,
                blows,
                undisturbed,
                breaches,
                notReal);
    }
}
