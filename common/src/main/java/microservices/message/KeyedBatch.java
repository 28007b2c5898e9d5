package microservices.message;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A batch on its way to the log, and how several of them travel in one exchange.
 *
 * @param key the idempotency key, which only a batch of one message may have: see {@link IdempotencyKey}
 */
public record KeyedBatch(Batch batch, Optional<String> key) {

    /** More than a facade sends at once. */
    private static final int MOST_BATCHES = 4096;

    public KeyedBatch {
        Objects.requireNonNull(batch, "batch");
        if (key.isPresent() && batch.size() != 1) {
            throw new IllegalArgumentException("a key stands for one message");
        }
    }

    /** Writes batches, for {@link #readAll}. */
    public static void writeAll(List<KeyedBatch> batches, DataOutput out) throws IOException {
        out.writeShort(batches.size());
        for (KeyedBatch keyed : batches) {
            out.writeUTF(keyed.key().orElse(""));
            keyed.batch().write(out);
        }
    }

    /**
     * Reads what {@link #writeAll} has written.
     *
     * @throws IOException if it is anything else
     */
    public static List<KeyedBatch> readAll(DataInput in) throws IOException {
        int count = in.readUnsignedShort();
        if (count > MOST_BATCHES) {
            throw new IOException(count + " batches");
        }
        List<KeyedBatch> batches = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String key = in.readUTF();
            Batch batch = Batch.read(in);
            if (!key.isEmpty() && (!IdempotencyKey.isValid(key) || batch.size() != 1)) {
                throw new IOException("a key that may not be one, or with more than one message");
            }
            batches.add(new KeyedBatch(batch, key.isEmpty() ? Optional.empty() : Optional.of(key)));
        }
        return batches;
    }

    /** Writes under which ids batches stand in the log, for {@link #readIds}. */
    public static void writeIds(List<Optional<UUID>> ids, DataOutput out) throws IOException {
        out.writeShort(ids.size());
        for (Optional<UUID> id : ids) {
            out.writeBoolean(id.isPresent());
            if (id.isPresent()) {
                BatchIds.write(id.get(), out);
            }
        }
    }

    /** Reads what {@link #writeIds} has written. */
    public static List<Optional<UUID>> readIds(DataInput in) throws IOException {
        int count = in.readUnsignedShort();
        List<Optional<UUID>> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(in.readBoolean() ? Optional.of(BatchIds.read(in)) : Optional.empty());
        }
        return ids;
    }
}
