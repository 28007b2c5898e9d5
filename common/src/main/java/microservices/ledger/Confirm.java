package microservices.ledger;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/**
 * Confirms that a replica holds a message that it has in its list: true unless another one holds it. An entry that the
 * ledger has lost is written anew, since the list is a copy too. May be repeated.
 */
final class Confirm implements EntryProcessor<String, Entry, Boolean>, IdentifiedDataSerializable {

    private UUID holder;
    private Map<String, String> texts;

    Confirm() {}

    Confirm(UUID holder, Map<String, String> texts) {
        this.holder = holder;
        this.texts = texts;
    }

    @Override
    public Boolean process(Map.Entry<String, Entry> entry) {
        Entry there = entry.getValue();
        if (there != null && there.holder() != null && !there.holder().equals(holder)) {
            return false;
        }
        entry.setValue(new Entry(texts.get(entry.getKey()), holder));
        return true;
    }

    @Override
    public int getFactoryId() {
        return LedgerSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LedgerSerialization.CONFIRM;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerSerialization.writeHolder(out, holder);
        LedgerSerialization.writeTexts(out, texts);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        holder = LedgerSerialization.readHolder(in);
        texts = LedgerSerialization.readTexts(in);
    }
}
