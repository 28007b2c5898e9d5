package microservices.ledger;

import com.hazelcast.core.ReadOnly;
import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import java.util.UUID;

/** Returns who holds a batch, null if nobody does; so a sweep need not read the texts. */
final class ReadHolder implements EntryProcessor<UUID, Entry, UUID>, ReadOnly, LedgerType {

    @Override
    public UUID process(Map.Entry<UUID, Entry> entry) {
        Entry there = entry.getValue();
        return there == null ? null : there.holder();
    }

    @Override
    public EntryProcessor<UUID, Entry, UUID> getBackupProcessor() {
        return null; // it changes nothing
    }
}
