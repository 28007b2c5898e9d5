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
import java.util.UUID;
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
        return begin(writes, deadline).await();
    }

    /** Begins to write entries, side by side. They are written only when {@link Writing#await} has returned. */
    public Writing begin(List<? extends ConfirmedWrite<K, V>> writes, Deadline deadline) {
        return new Writing(writes, deadline);
    }

    /** Entries that are being written. For one thread. */
    public final class Writing {

        private final List<? extends ConfirmedWrite<K, V>> writes;
        private final Deadline deadline;

        private long begun = System.nanoTime();
        /** Who was here when it was begun. */
        private Set<UUID> here = Set.of();

        /** What is to be awaited; empty if it is to be begun anew. */
        private Optional<List<CompletionStage<Written>>> underWay = Optional.empty();

        private Writing(List<? extends ConfirmedWrite<K, V>> writes, Deadline deadline) {
            this.writes = writes;
            this.deadline = deadline;
            try {
                underWay = Optional.of(submit());
            } catch (Refusal e) {
                LOG.debug("writing the {} will be tried again", name, e);
            }
        }

        private List<CompletionStage<Written>> submit() {
            here = ClusterSafety.members(member.hazelcast());
            IMap<K, V> map = map();
            List<CompletionStage<Written>> calls = new ArrayList<>(writes.size());
            for (ConfirmedWrite<K, V> write : writes) {
                calls.add(map.submitToKey(write.key(), write));
            }
            return calls;
        }

        /**
         * Waits until the entries are in all copies, and repeats what may have failed.
         *
         * @return for each, in order, what its owner answered
         * @throws Refusal 503 if they are not known to be in all copies; may be repeated then
         */
        public List<Written> await() {
            ClusterSafety safety = member.safety();
            Optional<Refusal> reason = Optional.empty();
            while (true) {
                List<Written> written = answers(reason);
                written.forEach(one -> safety.compareView(here, one.seenMembers()));
                safety.await(deadline);
                if (!safety.leftSince(begun)) {
                    return written;
                }
                reason = Optional.of(safety.makingCopies());
                if (deadline.passed()) {
                    throw reason.get();
                }
                begun = System.nanoTime();
            }
        }

        /**
         * A member that is gone or silent leaves a write in doubt. Once more, it goes to the next owner, or its copies do.
         *
         * @param reason why there is a further attempt at all: when time is up, the first reason counts
         */
        private List<Written> answers(Optional<Refusal> reason) {
            Optional<Refusal> first = reason;
            while (true) {
                try {
                    List<CompletionStage<Written>> calls = underWay.orElseGet(this::submit);
                    underWay = Optional.empty();
                    return ClusterCall.awaitAll(calls, Deadline.in(deadline.leftUpTo(attempt)), "writing the " + name);
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
    }

    /** Whether the same may succeed a moment later. */
    private static boolean mayHelp(Refusal e) {
        return !(e.getCause() instanceof SplitBrainProtectionException
                || e.getCause() instanceof HazelcastInstanceNotActiveException);
    }
}
