package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.query.Predicate;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The batches that one replica holds, or that nobody does. */
final class HeldBy implements Predicate<UUID, Entry>, LedgerType {

    private UUID holder;

    HeldBy() {}

    /** @param holder null for nobody */
    HeldBy(UUID holder) {
        this.holder = holder;
    }

    @Override
    public boolean apply(Map.Entry<UUID, Entry> entry) {
        return Objects.equals(holder, entry.getValue().holder());
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerType.writeHolder(out, holder);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        holder = LedgerType.readHolder(in);
    }
}
