package microservices.logging;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import microservices.cluster.ConfirmedWrite;
import microservices.cluster.WireType;
import microservices.cluster.WireTypes;
import microservices.cluster.Written;
import microservices.message.Batch;
import microservices.message.KeyedBatch;

/**
 * Writes a batch to the log, under its id, or under its idempotency key if that is free. A key that is taken stands for
 * the batch that is there: if its text is the same, this is a repetition. A copy decides nothing by itself: it is set to
 * what the owner has found.
 */
final class LogWrite extends ConfirmedWrite<Object, Batch> {

    static final WireTypes TYPES = new WireTypes(2, java.util.List.of(LogWrite::new, Copy::new, CollectIndex::new));

    private Batch batch;
    private String key;
    /** What stands there after it; the copies are set to it. */
    private transient Batch decided;

    private LogWrite() {}

    LogWrite(KeyedBatch keyed) {
        this.batch = keyed.batch();
        this.key = keyed.key().orElse("");
    }

    @Override
    public WireTypes types() {
        return TYPES;
    }

    @Override
    public Object key() {
        return key.isEmpty() ? batch.id() : key;
    }

    @Override
    protected Optional<UUID> write(Map.Entry<Object, Batch> entry) {
        Batch there = entry.getValue();
        decided = there == null ? batch : there;
        entry.setValue(decided);
        return decided.hasSameTexts(batch) ? Optional.of(decided.id()) : Optional.empty();
    }

    @Override
    public EntryProcessor<Object, Batch, Written> getBackupProcessor() {
        return new Copy(decided);
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(key);
        batch.write(out);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        key = in.readString();
        batch = Batch.read(in);
    }

    /** Makes a copy of an entry. */
    static final class Copy implements EntryProcessor<Object, Batch, Written>, WireType {

        private Batch batch;

        Copy() {}

        Copy(Batch batch) {
            this.batch = batch;
        }

        @Override
        public Written process(Map.Entry<Object, Batch> entry) {
            entry.setValue(batch);
            return null;
        }

        @Override
        public WireTypes types() {
            return TYPES;
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            batch.write(out);
        }

        @Override
        public void readData(ObjectDataInput in) throws IOException {
            batch = Batch.read(in);
        }
    }
}
