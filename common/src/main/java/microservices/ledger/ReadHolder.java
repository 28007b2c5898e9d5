package microservices.ledger;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import java.util.UUID;

/** Returns who holds a batch, without its texts; null if there is no such batch. */
final class ReadHolder implements EntryProcessor<UUID, Entry, Holding>, ReadOnly, LedgerType {

    @Override
    public Holding process(Map.Entry<UUID, Entry> entry) {
        Entry there = entry.getValue();
        return there == null ? null : new Holding(there.holder(), there.batch().size());
    }

    @Override
    public EntryProcessor<UUID, Entry, Holding> getBackupProcessor() {
        return null; // it changes nothing
    }
}
