package microservices.ledger;

import com.hazelcast.aggregation.Aggregator;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/** Adds up how many messages batches have. */
final class CountMessages implements Aggregator<Map.Entry<UUID, Entry>, Long>, LedgerType {

    private long messages;

    @Override
    public void accumulate(Map.Entry<UUID, Entry> entry) {
        messages += entry.getValue().batch().size();
    }

    @Override
    @SuppressWarnings("rawtypes") // as Hazelcast declares it
    public void combine(Aggregator other) {
        messages += ((CountMessages) other).messages;
    }

    @Override
    public Long aggregate() {
        return messages;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeLong(messages);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        messages = in.readLong();
    }
}
