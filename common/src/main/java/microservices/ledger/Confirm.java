package microservices.ledger;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import microservices.message.Batch;

/**
 * Confirms that a replica holds a batch that it has in its list: true unless another one holds it. An entry that the
 * ledger has lost is written anew, since the list is a copy too. May be repeated.
 */
final class Confirm implements EntryProcessor<UUID, Entry, Boolean>, LedgerType {

    private UUID holder;
    private Batch batch;

    Confirm() {}

    Confirm(UUID holder, Batch batch) {
        this.holder = holder;
        this.batch = batch;
    }

    @Override
    public Boolean process(Map.Entry<UUID, Entry> entry) {
        Entry there = entry.getValue();
        if (there != null && there.isOfOtherThan(holder)) {
            return false;
        }
        entry.setValue(new Entry(batch, holder));
        return true;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerType.writeHolder(out, holder);
        batch.write(out);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        holder = LedgerType.readHolder(in);
        batch = Batch.read(in);
    }
}
