package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import microservices.cluster.ConfirmedWrite;
import microservices.message.Batch;

/** Writes a batch that nobody holds yet. An entry that is there stays as it is, holder and all. */
final class Register extends ConfirmedWrite<UUID, Entry> implements LedgerType {

    private Batch batch;

    Register() {}

    Register(Batch batch) {
        this.batch = batch;
    }

    @Override
    public UUID key() {
        return batch.id();
    }

    @Override
    protected Optional<UUID> write(Map.Entry<UUID, Entry> entry) {
        Entry there = entry.getValue();
        entry.setValue(there != null ? there : new Entry(batch, null));
        return Optional.empty();
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
