package microservices.ledger;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Takes a message away from a holder that is known to be gone, and from no other: whoever claimed it since keeps it.
 * Returns true if nobody holds the message now. */
final class Release implements EntryProcessor<String, Entry, Boolean>, IdentifiedDataSerializable {

    private Set<UUID> gone;

    Release() {}

    Release(Set<UUID> gone) {
        this.gone = gone;
    }

    @Override
    public Boolean process(Map.Entry<String, Entry> entry) {
        Entry there = entry.getValue();
        if (there == null) {
            return false;
        }
        if (there.holder() != null && gone.contains(there.holder())) {
            entry.setValue(there.heldBy(null));
            return true;
        }
        return there.holder() == null;
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.RELEASE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerSerialization.writeHolders(out, gone);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        gone = LedgerSerialization.readHolders(in);
    }
}
