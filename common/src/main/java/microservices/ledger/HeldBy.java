package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.query.Predicate;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/** The messages that one replica holds. */
final class HeldBy implements Predicate<String, Entry>, IdentifiedDataSerializable {

    private UUID holder;

    HeldBy() {}

    HeldBy(UUID holder) {
        this.holder = holder;
    }

    @Override
    public boolean apply(Map.Entry<String, Entry> entry) {
        return holder.equals(entry.getValue().holder());
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.HELD_BY;
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
