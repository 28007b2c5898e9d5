package microservices.common;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.UUID;

/** What the ledger knows of one message: its text, and which messages replica holds it, if any. Immutable in use. */
final class LedgerEntry implements IdentifiedDataSerializable {

    private String text;
    /** Null while no replica holds the message. */
    private UUID holder;

    LedgerEntry() {}

    LedgerEntry(String text, UUID holder) {
        this.text = text;
        this.holder = holder;
    }

    String text() {
        return text;
    }

    UUID holder() {
        return holder;
    }

    LedgerEntry heldBy(UUID newHolder) {
        return new LedgerEntry(text, newHolder);
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
