package microservices.logging;

import com.hazelcast.aggregation.Aggregator;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import microservices.cluster.WireType;
import microservices.cluster.WireTypes;
import microservices.message.Batch;

/** Collects the index of the log, not in order; each member does so for its own part. */
final class CollectIndex implements Aggregator<Map.Entry<Object, Batch>, LogIndex>, WireType {

    private LogIndex index = new LogIndex();

    @Override
    public void accumulate(Map.Entry<Object, Batch> entry) {
        index.add(entry.getKey(), entry.getValue());
    }

    @Override
    @SuppressWarnings("rawtypes") // as Hazelcast declares it
    public void combine(Aggregator other) {
        index.addAll(((CollectIndex) other).index);
    }

    @Override
    public LogIndex aggregate() {
        return index;
    }

    @Override
    public WireTypes types() {
        return LogWrite.TYPES;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        index.write(out);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        index = LogIndex.read(in);
    }
}
