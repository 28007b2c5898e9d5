package microservices.ledger;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.Map;

/** Tells whether the ledger has an entry for a message, whoever holds it. */
final class Knows implements EntryProcessor<String, Entry, Boolean>, ReadOnly, IdentifiedDataSerializable {

    @Override
    public Boolean process(Map.Entry<String, Entry> entry) {
        return entry.getValue() != null;
    }

    @Override
    public EntryProcessor<String, Entry, Boolean> getBackupProcessor() {
        return null; // it changes nothing
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.KNOWS;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
}
