package microservices.ledger;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.Map;
import java.util.UUID;

/** Returns who holds a message, null if nobody does; so a sweep need not read the texts. */
final class ReadHolder implements EntryProcessor<String, Entry, UUID>, ReadOnly, IdentifiedDataSerializable {

    @Override
    public UUID process(Map.Entry<String, Entry> entry) {
        Entry there = entry.getValue();
        return there == null ? null : there.holder();
    }

    @Override
    public EntryProcessor<String, Entry, UUID> getBackupProcessor() {
        return null; // it changes nothing
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.HOLDER;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
