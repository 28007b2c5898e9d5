package microservices.ledger;

import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import java.util.UUID;

/** Takes a batch out that nobody holds. Returns whether it did. */
final class Withdraw implements EntryProcessor<UUID, Entry, Boolean>, LedgerType {

    @Override
    public Boolean process(Map.Entry<UUID, Entry> entry) {
        Entry there = entry.getValue();
        if (there == null || there.holder() != null) {
            return false;
        }
        entry.setValue(null);
        return true;
    }
}
