package microservices.ledger;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import microservices.message.Batch;

/**
 * Makes a replica the holder of a batch that nobody holds, and returns the batch; returns null if another one holds it.
 * May be repeated: a claim whose answer was lost is won again by the same replica.
 */
final class Claim implements EntryProcessor<UUID, Entry, Batch>, LedgerType {

    private UUID holder;

    Claim() {}

    Claim(UUID holder) {
        this.holder = holder;
    }

    @Override
    public Batch process(Map.Entry<UUID, Entry> entry) {
        Entry there = entry.getValue();
        if (there == null || there.isOfOtherThan(holder)) {
            return null;
        }
        entry.setValue(there.heldBy(holder));
        return there.batch();
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerType.writeHolder(out, holder);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        holder = LedgerType.readHolder(in);
    }
}
