package microservices.logging;

import com.hazelcast.map.IMap;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import microservices.cluster.ClusterCall;
import microservices.cluster.ConfirmedMap;
import microservices.http.ByteBudget;
import microservices.http.JsonList;
import microservices.message.Batch;
import microservices.message.IdList;
import microservices.message.KeyedBatch;
import microservices.message.Refusal;

/**
 * Reads the log in the order of acceptance. A reading holds an index of all batches, and of their texts only the page
 * that is next: so whatever log fits into memory can be read, by several at once, however slowly they take it. One
 * index is gathered at a time, and shared by those that may.
 */
final class LogReader {

    /** Below the 2.5 s that a facade waits for the first byte. */
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private static final Duration LONG_AGO = Duration.ofDays(365);

    /** How many bytes of texts are fetched at once, or one batch. */
    private static final int PAGE_BYTES = 512 * 1024;
    /** How many batches at most, however small. */
    private static final int PAGE_BATCHES = 4096;
    /** How many ids a page of them has: 512 KiB. */
    private static final int PAGE_IDS = 32 * 1024;

    /** A log of batches of one that fills half of the heap has an index of a thirtieth of it: so there may be four. */
    private static final int INDEX_PART_OF_HEAP = 8;

    private final ConfirmedMap<Object, Batch> log;
    private final LongSupplier changes;
    private final int pageBytes;
    private final ByteBudget budget;
    private final Lock gathering = new ReentrantLock();

    /** Guarded by gathering; null before the first, and after a failure. */
    private Shared last;

    /** An index that several readings use; it is let go of when nobody does. */
    private static final class Shared implements AutoCloseable {
        private final LogIndex index;
        private final long begun;
        private final long changes;
        private final ByteBudget.Share share;

        /** Guarded by this. */
        private int users = 1;

        Shared(LogIndex index, long begun, long changes, ByteBudget.Share share) {
            this.index = index;
            this.begun = begun;
            this.changes = changes;
            this.share = share;
        }

        synchronized Shared use() {
            users++;
            return this;
        }

        @Override
        public synchronized void close() {
            if (--users == 0) {
                share.close();
            }
        }
    }

    /**
     * @param changes how often members have come or gone or were merged: after that, a write that was not confirmed may be
     *     gone, and its key stand for another batch
     */
    LogReader(ConfirmedMap<Object, Batch> log, LongSupplier changes) {
        this(log, changes, PAGE_BYTES, ByteBudget.ofHeap("readings", INDEX_PART_OF_HEAP));
    }

    LogReader(ConfirmedMap<Object, Batch> log, LongSupplier changes, int pageBytes, ByteBudget budget) {
        this.log = log;
        this.changes = changes;
        this.pageBytes = pageBytes;
        this.budget = budget;
    }

    /** A list that can be written. */
    interface Listing extends AutoCloseable {
        /** Writes all of it as JSON. */
        void writeTo(OutputStream out) throws IOException;

        @Override
        void close();
    }

    /**
     * Opens a reading of all that is in the log now, and of what is written while it opens perhaps; its first page has been
     * fetched. To be closed.
     *
     * @throws Refusal 503 if not all of it can be read now
     */
    Listing open() {
        Shared shared = index(System.nanoTime());
        try {
            List<Batch> first = page(shared.index, 0);
            return new Listing() {
                @Override
                public void writeTo(OutputStream out) throws IOException {
                    write(shared.index, first, out);
                }

                @Override
                public void close() {
                    shared.close();
                }
            };
        } catch (RuntimeException e) {
            shared.close();
            throw e;
        }
    }

    private void write(LogIndex index, List<Batch> first, OutputStream out) throws IOException {
        JsonList list = new JsonList(out);
        List<Batch> page = first;
        for (int next = 0; !page.isEmpty(); page = page(index, next)) {
            for (Batch batch : page) {
                list.add(batch);
            }
            next += page.size();
        }
        list.end();
    }

    /** The next batches that fit into a page; none at the end. */
    private List<Batch> page(LogIndex index, int from) {
        List<Object> keys = new ArrayList<>();
        int bytes = 0;
        for (int i = from; i < index.size() && keys.size() < PAGE_BATCHES && (i == from || bytes < pageBytes); i++) {
            keys.add(index.key(index.id(i)));
            bytes += index.bytes(i);
        }
        return fetch(keys);
    }

    private List<Batch> fetch(List<Object> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        Map<Object, Batch> found = log.read(keys);
        List<Batch> batches = new ArrayList<>(keys.size());
        for (Object key : keys) {
            Batch batch = found.get(key);
            if (batch == null) {
                forgetLast();
                throw Refusal.unknown("the log does not have " + key + " now; send the request again");
            }
            batches.add(batch);
        }
        return batches;
    }

    /**
     * The ids that follow one, in order; no more than a page.
     *
     * @param maxAge how old the index may be: a comparison that has read its first page of a log need not have the same
     *     log gathered again for each further one
     * @throws Refusal 503 if they cannot be read
     */
    IdList idsAfter(UUID id, Duration maxAge) {
        try (Shared shared = index(System.nanoTime() - maxAge.toNanos())) {
            IdList ids = new IdList();
            int from = shared.index.after(id);
            for (int i = from; i < Math.min(shared.index.size(), from + PAGE_IDS); i++) {
                ids.add(shared.index.id(i));
            }
            return ids;
        }
    }

    /**
     * Batches by their ids.
     *
     * @return those of the first ids that fit into a page, at least one
     * @throws Refusal 503 if one of them is not there
     */
    List<KeyedBatch> read(IdList ids) {
        try (Shared shared = indexWith(ids)) {
            List<Object> keys = new ArrayList<>();
            int bytes = 0;
            for (int i = 0; i < ids.size() && keys.size() < PAGE_BATCHES && (i == 0 || bytes < pageBytes); i++) {
                keys.add(shared.index.key(ids.get(i)));
                bytes += shared.index.bytesOf(ids.get(i));
            }
            List<Batch> batches = fetch(keys);
            return IntStream.range(0, keys.size())
                    .mapToObj(i -> new KeyedBatch(batches.get(i), idempotencyKey(keys.get(i))))
                    .toList();
        }
    }

    private static Optional<String> idempotencyKey(Object key) {
        return key instanceof String idempotencyKey ? Optional.of(idempotencyKey) : Optional.empty();
    }

    /** Any index that has these: batches neither change nor go. */
    private Shared indexWith(IdList ids) {
        Shared any = index(System.nanoTime() - LONG_AGO.toNanos());
        for (int i = 0; i < ids.size(); i++) {
            if (!any.index.has(ids.get(i))) {
                any.close();
                return index(System.nanoTime());
            }
        }
        return any;
    }

    /**
     * A batch by its id, by one look into the log. One that stands under an idempotency key is found if the last index knows
     * of it.
     *
     * @throws Refusal 503 if the log cannot be asked
     */
    Optional<Batch> find(UUID id) {
        return Optional.ofNullable(ClusterCall.call(() -> log.map().get(knownKey(id)), "reading the log"));
    }

    private Object knownKey(UUID id) {
        if (!gathering.tryLock()) {
            return id;
        }
        try {
            return last == null ? id : last.index.key(id);
        } finally {
            gathering.unlock();
        }
    }

    /**
     * How many batches there are; looks at none of them.
     *
     * @throws Refusal 503 if they cannot be counted
     */
    int size() {
        return ClusterCall.call(() -> log.map().size(), "counting the log");
    }

    /** The last index if it is good enough: gathered since then (nanoTime), or of all that there is now. */
    private Shared index(long since) {
        lock();
        try {
            if (last != null && last.changes != changes.getAsLong()) {
                forget();
            }
            if (last == null || last.begun - since < 0) {
                int size = size();
                // Nothing is ever taken out of the log, so as many as these are these.
                if (last == null || last.index.size() != size) {
                    forget();
                    last = gather(size);
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
                throw Refusal.notNow("others are about to read the log; send the request again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.notNow("this replica is stopping; send the request to another one");
        }
    }

    /** The log has lost something: what the index says is not what there is, however many they are. */
    private void forgetLast() {
        lock();
        try {
            forget();
        } finally {
            gathering.unlock();
        }
    }

    private void forget() {
        if (last != null) {
            last.close();
            last = null;
        }
    }

    private Shared gather(int size) {
        ByteBudget.Share share = budget.take((long) LogIndex.BYTES_EACH * size);
        try {
            long begun = System.nanoTime();
            long changesBefore = changes.getAsLong();
            IMap<Object, Batch> map = log.map();
            LogIndex index = ClusterCall.call(() -> map.aggregate(new CollectIndex()), "reading the log");
            // Taken anew with its keys, and not beside it: one index alone is always served, however large.
            share.close();
            share = budget.take((long) LogIndex.BYTES_EACH * size + index.keyBytes());
            return new Shared(index.sort(), begun, changesBefore, share);
        } catch (RuntimeException e) {
            share.close();
            throw e;
        }
    }
}
