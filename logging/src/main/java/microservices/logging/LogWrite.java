package microservices.logging;

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
 * Writes messages to the log. May be repeated: what is there is set again, so that the repetition also makes the copies
 * whose making the first time was not confirmed. Returns how many members its owner sees, see
 * {@link ClusterMember#writeAllCopies}.
 */
final class LogWrite
        implements EntryProcessor<String, String, Integer>, HazelcastInstanceAware, IdentifiedDataSerializable {

    private Map<String, String> texts;
    private transient HazelcastInstance owner;

    LogWrite() {}

    /**
     * @param texts by id
     */
    LogWrite(Map<String, String> texts) {
        this.texts = texts;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance hazelcastInstance) {
        owner = hazelcastInstance;
    }

    @Override
    public Integer process(Map.Entry<String, String> entry) {
        entry.setValue(texts.get(entry.getKey()));
        return owner.getCluster().getMembers().size();
    }

    @Override
    public int getFactoryId() {
        return LogSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LogSerialization.WRITE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LogSerialization.writeTexts(out, texts);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        texts = LogSerialization.readTexts(in);
    }
}
