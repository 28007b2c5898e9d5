package microservices.ledger;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.Map;
import microservices.cluster.ClusterMember;

/**
 * Writes messages that nobody holds yet. May be repeated: an entry that is there stays as it is, holder and all, but is
 * set again, so that the repetition also makes the copies whose making the first time was not confirmed. Returns how
 * many members its owner sees, see {@link ClusterMember#writeAllCopies}.
 */
final class Register
        implements EntryProcessor<String, Entry, Integer>, HazelcastInstanceAware, IdentifiedDataSerializable {

    private Map<String, String> texts;
    private transient HazelcastInstance owner;

    Register() {}

    Register(Map<String, String> texts) {
        this.texts = texts;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance hazelcastInstance) {
        owner = hazelcastInstance;
    }

    @Override
    public Integer process(Map.Entry<String, Entry> entry) {
        Entry there = entry.getValue();
        entry.setValue(there != null ? there : new Entry(texts.get(entry.getKey()), null));
        return owner.getCluster().getMembers().size();
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
        LedgerSerialization.writeTexts(out, texts);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        texts = LedgerSerialization.readTexts(in);
    }
}
