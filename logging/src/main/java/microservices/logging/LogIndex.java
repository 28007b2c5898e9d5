package microservices.logging;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import microservices.message.Batch;
import microservices.message.BatchIds;

/**
 * Which batches the log has, in the order of acceptance, and how large each is: 20 bytes a batch, and its idempotency key
 * where it stands under one. Not thread-safe until {@link #sort}ed.
 */
final class LogIndex {

    /** What one batch takes here, its idempotency key aside. */
    static final int BYTES_EACH = 20;
    /** What a map's entry takes beside the characters of its key. */
    private static final int ENTRY_BYTES = 120;

    private long[] uppers = new long[8];
    private long[] lowers = new long[8];
    private int[] sizes = new int[8];
    private int size;
    private final Map<UUID, String> keys = new HashMap<>();

    void add(Object key, Batch batch) {
        UUID id = batch.id();
        grow(size + 1);
        uppers[size] = id.getMostSignificantBits();
        lowers[size] = id.getLeastSignificantBits();
        sizes[size] = batch.bytes();
        size++;
        if (key instanceof String idempotencyKey) {
            keys.put(id, idempotencyKey);
        }
    }

    void addAll(LogIndex other) {
        grow(size + other.size);
        System.arraycopy(other.uppers, 0, uppers, size, other.size);
        System.arraycopy(other.lowers, 0, lowers, size, other.size);
        System.arraycopy(other.sizes, 0, sizes, size, other.size);
        size += other.size;
        keys.putAll(other.keys);
    }

    private void grow(int needed) {
        if (needed > uppers.length) {
            int length = Math.max(needed, 2 * uppers.length);
            uppers = Arrays.copyOf(uppers, length);
            lowers = Arrays.copyOf(lowers, length);
            sizes = Arrays.copyOf(sizes, length);
        }
    }

    /**
     * Puts it in order; nothing is added afterwards. The upper halves of ids, which hardly ever repeat, are sorted as
     * primitives: a million batches in a tenth of the time that it takes to sort objects.
     */
    LogIndex sort() {
        long[] order = new long[size];
        for (int i = 0; i < size; i++) {
            order[i] = uppers[i] ^ Long.MIN_VALUE; // unsigned
        }
        Arrays.sort(order);
        LogIndex sorted = new LogIndex();
        sorted.grow(size);
        sorted.size = size;
        int[] taken = new int[size];
        for (int i = 0; i < size; i++) {
            int first = firstOf(order, uppers[i] ^ Long.MIN_VALUE);
            sorted.insert(first, taken[first]++, uppers[i], lowers[i], sizes[i]);
        }
        sorted.keys.putAll(keys);
        return sorted;
    }

    private static int firstOf(long[] order, long value) {
        int place = Arrays.binarySearch(order, value);
        while (place > 0 && order[place - 1] == value) {
            place--;
        }
        return place;
    }

    /** Among those with the same upper half, of which there are so many yet. */
    private void insert(int first, int taken, long upper, long lower, int bytes) {
        int place = first + taken;
        while (place > first && Long.compareUnsigned(lowers[place - 1], lower) > 0) {
            lowers[place] = lowers[place - 1];
            sizes[place] = sizes[place - 1];
            place--;
        }
        uppers[first + taken] = upper;
        lowers[place] = lower;
        sizes[place] = bytes;
    }

    int size() {
        return size;
    }

    UUID id(int place) {
        return new UUID(uppers[place], lowers[place]);
    }

    /** How many bytes the texts of a batch take. */
    int bytes(int place) {
        return sizes[place];
    }

    boolean has(UUID id) {
        int place = after(id) - 1;
        return place >= 0 && id(place).equals(id);
    }

    /** How many bytes the texts of a batch take, by its id; 0 if it is not there. */
    int bytesOf(UUID id) {
        return has(id) ? sizes[after(id) - 1] : 0;
    }

    /** Where a batch stands in the log. */
    Object key(UUID id) {
        String key = keys.get(id);
        return key == null ? id : key;
    }

    /** About how many bytes the idempotency keys take here. */
    long keyBytes() {
        return keys.values().stream()
                .mapToLong(key -> ENTRY_BYTES + key.length())
                .sum();
    }

    /** The place of the first batch after that one. */
    int after(UUID id) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (BatchIds.ORDER.compare(id(middle), id) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    void write(ObjectDataOutput out) throws IOException {
        out.writeLongArray(Arrays.copyOf(uppers, size));
        out.writeLongArray(Arrays.copyOf(lowers, size));
        out.writeIntArray(Arrays.copyOf(sizes, size));
        out.writeInt(keys.size());
        for (Map.Entry<UUID, String> key : keys.entrySet()) {
            BatchIds.write(key.getKey(), out);
            out.writeString(key.getValue());
        }
    }

    static LogIndex read(ObjectDataInput in) throws IOException {
        LogIndex index = new LogIndex();
        index.uppers = in.readLongArray();
        index.lowers = in.readLongArray();
        index.sizes = in.readIntArray();
        index.size = index.sizes.length;
        int keys = in.readInt();
        for (int i = 0; i < keys; i++) {
            index.keys.put(BatchIds.read(in), in.readString());
        }
        return index;
    }
}
