package microservices.cluster;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Tells whether this JVM is short of memory: whether what it must keep takes more than a part of its heap. Garbage does
 * not count: it believes the JVM's own collections, and asks for one when it cannot know otherwise: every 10 s or when
 * much was added since the last one; and ever more seldom while memory stays short.
 */
final class HeapWatch {

    /** What lives long: the old generation, or the whole heap where a collector has no such thing. */
    interface Pool {
        long used();

        /** As the last collection of it left it; 0 before the first. */
        long usedAfterCollection();

        void collect();
    }

    /**
     * Short above this. The rest is for what dies young, for requests under way, and above all for a messages replica
     * that takes over what the other one held: it may then keep a third more than before.
     */
    static final double SHORT_ABOVE = 0.50;
    /** It has room again below this. */
    static final double ROOM_BELOW = 0.45;

    /** Until it is known to be short, a collection may also come when so much has been added since the last one. */
    private static final double ADDED = 0.05;

    private static final Duration LEAST_PAUSE = Duration.ofSeconds(10);
    private static final Duration MOST_PAUSE = Duration.ofSeconds(60);

    private final Pool pool;
    private final long shortAbove;
    private final long roomBelow;
    private final long added;
    private final LongSupplier nanoTime;

    private boolean isShort;
    private boolean collected;
    private long lastCollected;
    private long leftByLast;
    private long pauseNanos = LEAST_PAUSE.toNanos();

    HeapWatch() {
        this(new OldGeneration(), Runtime.getRuntime().maxMemory(), System::nanoTime);
    }

    HeapWatch(Pool pool, long maxHeap, LongSupplier nanoTime) {
        this.pool = pool;
        this.shortAbove = (long) (SHORT_ABOVE * maxHeap);
        this.roomBelow = (long) (ROOM_BELOW * maxHeap);
        this.added = (long) (ADDED * maxHeap);
        this.nanoTime = nanoTime;
    }

    /** Looks, and collects if it has to. To be called by one thread, several times a second. */
    boolean isShort() {
        if (pool.used() <= (isShort ? roomBelow : shortAbove)) {
            room();
        } else if (mayCollect()) {
            collect();
        } else if (!isShort && pool.usedAfterCollection() > shortAbove) {
            isShort = true; // the JVM itself has just collected, and this is what was left
        } else if (isShort && pool.usedAfterCollection() <= roomBelow) {
            room();
        }
        return isShort;
    }

    private void room() {
        isShort = false;
        pauseNanos = LEAST_PAUSE.toNanos();
    }

    private boolean mayCollect() {
        return !collected
                || nanoTime.getAsLong() - lastCollected >= pauseNanos
                || (!isShort && pool.used() - leftByLast >= added);
    }

    private void collect() {
        pool.collect();
        collected = true;
        lastCollected = nanoTime.getAsLong();
        leftByLast = pool.used();
        boolean still = leftByLast > (isShort ? roomBelow : shortAbove);
        if (still && isShort) {
            pauseNanos = Math.min(2 * pauseNanos, MOST_PAUSE.toNanos());
        }
        if (still) {
            isShort = true;
        } else {
            room();
        }
    }

    /** The running JVM's. */
    private static final class OldGeneration implements Pool {

        private final List<MemoryPoolMXBean> pools = pools();

        private static List<MemoryPoolMXBean> pools() {
            List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .sorted(Comparator.comparing(MemoryPoolMXBean::getName))
                    .toList();
            List<MemoryPoolMXBean> old = heap.stream()
                    .filter(pool -> pool.getName().matches(".*(Old|Tenured).*"))
                    .toList();
            return old.isEmpty() ? heap : old;
        }

        @Override
        public long used() {
            return pools.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
        }

        @Override
        public long usedAfterCollection() {
            return pools.stream().mapToLong(OldGeneration::usedAfterCollection).sum();
        }

        private static long usedAfterCollection(MemoryPoolMXBean pool) {
            MemoryUsage usage = pool.getCollectionUsage();
            return usage == null ? 0 : usage.getUsed();
        }

        @Override
        public void collect() {
            System.gc();
        }
    }
}
