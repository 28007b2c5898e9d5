package microservices.common;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Writes messages that nobody holds yet. May be repeated: an entry that is there stays as it is, holder and all, but is
 * set again, so that the repetition also makes the copies whose making the first time was not confirmed. */
final class LedgerRegister implements EntryProcessor<String, LedgerEntry, Boolean>, IdentifiedDataSerializable {

    private Map<String, String> texts;

    LedgerRegister() {}

    LedgerRegister(Map<String, String> texts) {
        this.texts = texts;
    }

    @Override
    public Boolean process(Map.Entry<String, LedgerEntry> entry) {
        LedgerEntry there = entry.getValue();
        entry.setValue(there != null ? there : new LedgerEntry(texts.get(entry.getKey()), null));
        return true;
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.REGISTER;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeInt(texts.size());
        for (Map.Entry<String, String> text : texts.entrySet()) {
            out.writeString(text.getKey());
            out.writeString(text.getValue());
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        int size = in.readInt();
        texts = new HashMap<>();
        for (int i = 0; i < size; i++) {
            texts.put(in.readString(), in.readString());
        }
    }
}
