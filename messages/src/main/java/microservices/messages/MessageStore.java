package microservices.messages;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import microservices.message.Batch;
import microservices.message.BatchIds;

/** The batches that this replica holds, in memory. Written by the consumer's thread, read by HTTP's. */
final class MessageStore {

    private final Lock lock = new ReentrantLock();

    /** Guarded by lock. In the order of acceptance. */
    private final NavigableMap<UUID, Batch> batches = new TreeMap<>(BatchIds.ORDER);

    /** Guarded by lock: how many messages they have. */
    private long messages;

    /** Adds batches; returns those that were not here before. */
    List<Batch> add(Collection<Batch> taken) {
        lock.lock();
        try {
            List<Batch> added = new ArrayList<>();
            for (Batch batch : taken) {
                if (batches.putIfAbsent(batch.id(), batch) == null) {
                    messages += batch.size();
                    added.add(batch);
                }
            }
            return added;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of batches. */
    void remove(Collection<UUID> ids) {
        lock.lock();
        try {
            for (UUID id : ids) {
                Batch removed = batches.remove(id);
                messages -= removed == null ? 0 : removed.size();
            }
        } finally {
            lock.unlock();
        }
    }

    /** All batches, in the order of acceptance: a copy, so that a slow reader holds nobody up. */
    List<Batch> batches() {
        lock.lock();
        try {
            return List.copyOf(batches.values());
        } finally {
            lock.unlock();
        }
    }

    /** The batches that follow one, so many at most, with how many messages each has. */
    SortedMap<UUID, Integer> sizesAfter(UUID id, int most) {
        lock.lock();
        try {
            SortedMap<UUID, Integer> sizes = new TreeMap<>(BatchIds.ORDER);
            for (Batch batch : batches.tailMap(id, false).values()) {
                if (sizes.size() == most) {
                    break;
                }
                sizes.put(batch.id(), batch.size());
            }
            return sizes;
        } finally {
            lock.unlock();
        }
    }

    /** How many messages it has. */
    long size() {
        lock.lock();
        try {
            return messages;
        } finally {
            lock.unlock();
        }
    }
}
