package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.UUID;
import microservices.message.Batch;

/** What the ledger knows of one batch: its messages, and which messages replica holds it, if any. Immutable in use. */
final class Entry implements LedgerType {

    private Batch batch;
    /** Null while no replica holds the batch. */
    private UUID holder;

    Entry() {}

    Entry(Batch batch, UUID holder) {
        this.batch = batch;
        this.holder = holder;
    }

    Batch batch() {
        return batch;
    }

    UUID holder() {
        return holder;
    }

    /** Whether another replica than this one holds the batch. */
    boolean isOfOtherThan(UUID replica) {
        return holder != null && !holder.equals(replica);
    }

    Entry heldBy(UUID newHolder) {
        return new Entry(batch, newHolder);
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        batch.write(out);
        LedgerType.writeHolder(out, holder);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        batch = Batch.read(in);
        holder = LedgerType.readHolder(in);
    }
}
