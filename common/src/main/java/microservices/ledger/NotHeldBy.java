package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.query.Predicate;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The batches that none of some replicas holds. */
final class NotHeldBy implements Predicate<UUID, Entry>, LedgerType {

    private Set<UUID> live;

    NotHeldBy() {}

    NotHeldBy(Set<UUID> live) {
        this.live = live;
    }

    @Override
    public boolean apply(Map.Entry<UUID, Entry> entry) {
        UUID holder = entry.getValue().holder();
        return holder == null || !live.contains(holder);
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerType.writeHolders(out, live);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        live = LedgerType.readHolders(in);
    }
}
