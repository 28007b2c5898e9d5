package microservices.message;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Ids of batches, in the order of acceptance, with how many messages each has: 18 bytes each on their way. */
public final class SizedIds {

    private SizedIds() {}

    public static void write(SortedMap<UUID, Integer> sizes, DataOutput out) throws IOException {
        out.writeInt(sizes.size());
        for (Map.Entry<UUID, Integer> one : sizes.entrySet()) {
            BatchIds.write(one.getKey(), out);
            out.writeShort(one.getValue());
        }
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @throws IOException if it is anything else
     */
    public static SortedMap<UUID, Integer> read(DataInput in) throws IOException {
        int size = in.readInt();
        if (size < 0) {
            throw new IOException(size + " batches");
        }
        SortedMap<UUID, Integer> sizes = new TreeMap<>(BatchIds.ORDER);
        for (int i = 0; i < size; i++) {
            sizes.put(BatchIds.read(in), in.readUnsignedShort());
        }
        return sizes;
    }
}
