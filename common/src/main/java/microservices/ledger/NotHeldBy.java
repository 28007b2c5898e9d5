package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.query.Predicate;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The messages that none of the given replicas holds: those that nobody holds, and those of a replica that is gone. */
final class NotHeldBy implements Predicate<String, Entry>, IdentifiedDataSerializable {

    private Set<UUID> live;

    NotHeldBy() {}

    NotHeldBy(Set<UUID> live) {
        this.live = live;
    }

    @Override
    public boolean apply(Map.Entry<String, Entry> entry) {
        UUID holder = entry.getValue().holder();
        return holder == null || !live.contains(holder);
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.NOT_HELD_BY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerSerialization.writeHolders(out, live);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        live = LedgerSerialization.readHolders(in);
    }
}
