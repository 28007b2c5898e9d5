package microservices.ledger;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/** Makes a replica the holder of a message that nobody holds, and returns the text; returns null if another one holds
 * it. May be repeated: a claim whose answer was lost is won again by the same replica. */
final class Claim implements EntryProcessor<String, Entry, String>, IdentifiedDataSerializable {

    private UUID holder;

    Claim() {}

    Claim(UUID holder) {
        this.holder = holder;
    }

    @Override
    public String process(Map.Entry<String, Entry> entry) {
        Entry there = entry.getValue();
        if (there == null || (there.holder() != null && !there.holder().equals(holder))) {
            return null;
        }
        entry.setValue(there.heldBy(holder));
        return there.text();
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.CLAIM;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerSerialization.writeHolder(out, holder);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        holder = LedgerSerialization.readHolder(in);
    }
}
