package microservices.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import microservices.concurrent.Deadline;
import microservices.concurrent.Pause;
import microservices.message.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A map of the cluster whose writes return when they are in all the copies that the cluster has room for, so that a 201
 * may follow. Each write has one key: Hazelcast waits for the copies of such an operation, and of no other. Costs nothing
 * more than that while no member leaves; after a departure see {@link ClusterSafety}.
 *
 * @param <K> its keys
 * @param <V> its values
 */
public final class ConfirmedMap<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(ConfirmedMap.class);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ClusterMember member;
    private final String name;
    private final Duration attempt;
    private final boolean persistent;

    /**
     * Opens nothing yet.
     *
     * @param attempt for one attempt: a little more than it takes to know that copies were not confirmed
     * @param persistent whether a failed attempt is repeated while there is time; if not, somebody else does it
     */
    public ConfirmedMap(ClusterMember member, String name, Duration attempt, boolean persistent) {
        this.member = member;
        this.name = name;
        this.attempt = attempt;
        this.persistent = persistent;
    }

    /**
     * For readings, and for operations that nobody is told of.
     *
     * @throws Refusal 503 if the member is not established
     */
    public IMap<K, V> map() {
        return member.establishedHazelcast().getMap(name);
    }

    /**
     * Reads the entries that are there; one member after another, each asked for what it owns. Asked for keys of several
     * members, Hazelcast has each partition of each of them look at all keys.
     *
     * @throws Refusal 503 if not all of them can be asked
     */
    public Map<K, V> read(Collection<K> keys) {
        HazelcastInstance hazelcast = member.establishedHazelcast();
        return ClusterCall.call(() -> read(keys, hazelcast), "reading the " + name);
    }

    private Map<K, V> read(Collection<K> keys, HazelcastInstance hazelcast) {
        Map<Member, Set<K>> byOwner = new HashMap<>();
        for (K key : keys) {
            Member owner = hazelcast.getPartitionService().getPartition(key).getOwner();
            byOwner.computeIfAbsent(owner, any -> new HashSet<>()).add(key);
        }
        IMap<K, V> map = hazelcast.getMap(name);
        Map<K, V> found = new HashMap<>();
        byOwner.values().forEach(own -> found.putAll(map.getAll(own)));
        return found;
    }

    /**
     * Writes entries, side by side.
     *
     * @return for each, in order, what its owner answered
     * @throws Refusal 503 if they are not known to be in all copies; may be repeated then
     */
    public List<Written> write(List<? extends ConfirmedWrite<K, V>> writes, Deadline deadline) {
        ClusterSafety safety = member.safety();
        Optional<Refusal> reason = Optional.empty();
        while (true) {
            long begun = System.nanoTime();
            List<Written> written = attempt(writes, deadline, reason);
            written.forEach(one -> safety.compareView(one.seenMembers()));
            safety.await(deadline);
            if (!safety.leftSince(begun)) {
                return written;
            }
            reason = Optional.of(safety.makingCopies());
            if (deadline.passed()) {
                throw reason.get();
            }
        }
    }

    /**
     * A member that is gone or silent leaves a write in doubt. Once more, it goes to the next owner, or its copies do.
     *
     * @param reason why there is a further attempt at all: when time is up, the first reason counts
     */
    private List<Written> attempt(
            List<? extends ConfirmedWrite<K, V>> writes, Deadline deadline, Optional<Refusal> reason) {
        Optional<Refusal> first = reason;
        while (true) {
            try {
                return attemptOnce(writes, Deadline.in(deadline.leftUpTo(attempt)));
            } catch (Refusal e) {
                first = Optional.of(first.orElse(e));
                if (deadline.passed()) {
                    throw first.get();
                }
                if (!persistent || !mayHelp(e) || !Pause.of(PAUSE)) {
                    throw e;
                }
                LOG.debug("writing the {} once more", name, e);
            }
        }
    }

    private List<Written> attemptOnce(List<? extends ConfirmedWrite<K, V>> writes, Deadline deadline) {
        IMap<K, V> map = map();
        List<CompletionStage<Written>> underWay = new ArrayList<>(writes.size());
        for (ConfirmedWrite<K, V> write : writes) {
            underWay.add(map.submitToKey(write.key(), write));
        }
        return ClusterCall.awaitAll(underWay, deadline, "writing the " + name);
    }

    /** Whether the same may succeed a moment later. */
    private static boolean mayHelp(Refusal e) {
        return !(e.getCause() instanceof SplitBrainProtectionException
                || e.getCause() instanceof HazelcastInstanceNotActiveException);
    }
}
