package microservices.logging;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import microservices.cluster.ClusterCall;
import microservices.http.ByteBudget;
import microservices.message.Refusal;

/**
 * Opens readings of the log. A reading holds the ids of all messages, and of their texts only the few that are next: so
 * whatever log fits into memory can be read, by several at once, however slowly they take it. Ids are gathered by one
 * reading at a time, of a large log from one group of partitions after another, and shared by those that may.
 */
final class LogReadings {

    /** Below the 2.5 s that a facade waits for the first byte. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    /** How many ids one query is to return; while it runs, each takes some 300 bytes here and on its way. */
    private static final int IDS_AT_ONCE = 16_384;

    /** A log of short messages that fills half of the heap has ids of a thirtieth of it: so there may be four lists. */
    private static final int IDS_PART_OF_HEAP = 8;

    private final Lock gathering = new ReentrantLock();
    private final ByteBudget budget = ByteBudget.ofHeap("readings", IDS_PART_OF_HEAP);
    private final int idsAtOnce;

    /** Guarded by gathering; null before the first, and after a failure. */
    private LogIds last;

    /** Guarded by gathering; made when first needed. */
    private PartitionKeys partitions;

    LogReadings() {
        this(IDS_AT_ONCE);
    }

    LogReadings(int idsAtOnce) {
        this.idsAtOnce = idsAtOnce;
    }

    /**
     * Opens a reading of all that is in the log now, and of what is written while it opens perhaps.
     *
     * @throws Refusal 503 if not all of it can be read now
     */
    LogReading open(HazelcastInstance hazelcast) {
        IMap<String, String> log = hazelcast.getMap(LogCluster.LOG);
        LogIds ids = ids(hazelcast, log, System.nanoTime());
        try {
            return new LogReading(log, ids);
        } catch (RuntimeException e) {
            ids.letGo();
            throw e;
        }
    }

    /** The last ids if they are good enough: gathered since this reading was asked for, or all that there are now. */
    private LogIds ids(HazelcastInstance hazelcast, IMap<String, String> log, long asked) {
        lock();
        try {
            if (last == null || !last.begunAfter(asked)) {
                int size = ClusterCall.call(log::size, "counting the log");
                // Nothing is ever taken out of the log, so as many as these are these.
                if (last == null || last.size() != size) {
                    forget();
                    last = gather(hazelcast, log, size);
                }
            }
            return last.use();
        } finally {
            gathering.unlock();
        }
    }

    private void lock() {
        try {
            if (!gathering.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Refusal.unavailable("others are about to read the log; send the request again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.unavailable("this replica is stopping; send the request to another one", e);
        }
    }

    private void forget() {
        if (last != null) {
            last.letGo();
            last = null;
        }
    }

    private LogIds gather(HazelcastInstance hazelcast, IMap<String, String> log, int size) {
        ByteBudget.Share share = budget.take((long) LogIds.BYTES_EACH * size);
        try {
            long begun = System.nanoTime();
            List<UUID> ids = new ArrayList<>(size + size / 16);
            if (size <= idsAtOnce) {
                add(ids, ClusterCall.call(log::keySet, "reading the log"));
            } else {
                for (Set<String> group : partitionKeys(hazelcast).groups(1 + size / idsAtOnce)) {
                    add(ids, ClusterCall.call(() -> keysIn(log, group), "reading the log"));
                }
            }
            return new LogIds(ids, begun, share);
        } catch (RuntimeException e) {
            share.close();
            throw e;
        }
    }

    private PartitionKeys partitionKeys(HazelcastInstance hazelcast) {
        if (partitions == null) {
            partitions = new PartitionKeys(hazelcast.getPartitionService());
        }
        return partitions;
    }

    private static Set<String> keysIn(IMap<String, String> log, Set<String> group) {
        return log.keySet(Predicates.multiPartitionPredicate(group, Predicates.alwaysTrue()));
    }

    private static void add(List<UUID> ids, Set<String> more) {
        more.forEach(id -> ids.add(UUID.fromString(id)));
    }
}
