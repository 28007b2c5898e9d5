package microservices.ledger;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Takes a batch away from a holder that is known to be gone, and from no other: whoever has claimed it since keeps it.
 * Returns how many messages the batch has; null if somebody holds it, or it is not there.
 */
final class Release implements EntryProcessor<UUID, Entry, Integer>, LedgerType {

    private Set<UUID> gone;

    Release() {}

    Release(Set<UUID> gone) {
        this.gone = gone;
    }

    @Override
    public Integer process(Map.Entry<UUID, Entry> entry) {
        Entry there = entry.getValue();
        if (there == null || (there.holder() != null && !gone.contains(there.holder()))) {
            return null;
        }
        if (there.holder() != null) {
            entry.setValue(there.heldBy(null));
        }
        return there.batch().size();
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerType.writeHolders(out, gone);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        gone = LedgerType.readHolders(in);
    }
}
