package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.UUID;

/** What the ledger knows of one message: its text, and which messages replica holds it, if any. Immutable in use. */
public final class Entry implements IdentifiedDataSerializable {

    private String text;
    /** Null while no replica holds the message. */
    private UUID holder;

    Entry() {}

    Entry(String text, UUID holder) {
        this.text = text;
        this.holder = holder;
    }

    public String text() {
        return text;
    }

    UUID holder() {
        return holder;
    }

    Entry heldBy(UUID newHolder) {
        return new Entry(text, newHolder);
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.ENTRY;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(text);
        LedgerSerialization.writeHolder(out, holder);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        text = in.readString();
        holder = LedgerSerialization.readHolder(in);
    }
}
