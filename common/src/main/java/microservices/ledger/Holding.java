package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** Who holds a batch, and how many messages it has; without its texts. Immutable in use. */
public final class Holding implements LedgerType {

    /** Null if nobody does. */
    private UUID holder;

    private int messages;

    Holding() {}

    public Holding(UUID holder, int messages) {
        this.holder = holder;
        this.messages = messages;
    }

    /** Empty if nobody holds it. */
    public Optional<UUID> holder() {
        return Optional.ofNullable(holder);
    }

    public int messages() {
        return messages;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerType.writeHolder(out, holder);
        out.writeInt(messages);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        holder = LedgerType.readHolder(in);
        messages = in.readInt();
    }
}
