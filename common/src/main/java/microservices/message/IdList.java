package microservices.message;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Many ids in 16 bytes each. Not thread-safe. */
public final class IdList {

    private static final int LONGS = 2;

    private long[] halves = new long[LONGS * 8];
    private int size;

    public int size() {
        return size;
    }

    public UUID get(int index) {
        return new UUID(halves[LONGS * index], halves[LONGS * index + 1]);
    }

    public void add(UUID id) {
        if (LONGS * size == halves.length) {
            halves = Arrays.copyOf(halves, 2 * halves.length);
        }
        halves[LONGS * size] = id.getMostSignificantBits();
        halves[LONGS * size + 1] = id.getLeastSignificantBits();
        size++;
    }

    public void addAll(IdList other) {
        int needed = LONGS * (size + other.size);
        if (needed > halves.length) {
            halves = Arrays.copyOf(halves, Math.max(needed, 2 * halves.length));
        }
        System.arraycopy(other.halves, 0, halves, LONGS * size, LONGS * other.size);
        size += other.size;
    }

    /** Its ids in the order of acceptance. */
    public List<UUID> sorted() {
        List<UUID> ids = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            ids.add(get(i));
        }
        ids.sort(BatchIds.ORDER);
        return ids;
    }

    /** Its ids, to be changed by the caller. */
    public Set<UUID> toSet() {
        Set<UUID> ids = new HashSet<>();
        for (int i = 0; i < size; i++) {
            ids.add(get(i));
        }
        return ids;
    }

    public void write(DataOutput out) throws IOException {
        out.writeInt(size);
        for (int i = 0; i < LONGS * size; i++) {
            out.writeLong(halves[i]);
        }
    }

    /**
     * Reads what {@link #write} has written. Takes memory as the ids come, so that a size that is not true takes none.
     *
     * @throws IOException if it is anything else
     */
    public static IdList read(DataInput in) throws IOException {
        int size = in.readInt();
        if (size < 0) {
            throw new IOException(size + " ids");
        }
        IdList list = new IdList();
        for (int i = 0; i < size; i++) {
            list.add(BatchIds.read(in));
        }
        return list;
    }
}
