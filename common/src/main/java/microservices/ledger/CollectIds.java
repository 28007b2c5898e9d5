package microservices.ledger;

import com.hazelcast.aggregation.Aggregator;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import microservices.message.BatchIds;
import microservices.message.IdList;

/** Collects the ids of batches between two, both included, in 16 bytes each. */
final class CollectIds implements Aggregator<Map.Entry<UUID, Entry>, IdList>, LedgerType {

    private UUID first;
    private UUID last;
    private IdList ids = new IdList();

    CollectIds() {}

    CollectIds(UUID first, UUID last) {
        this.first = first;
        this.last = last;
    }

    @Override
    public void accumulate(Map.Entry<UUID, Entry> entry) {
        UUID id = entry.getKey();
        if (BatchIds.ORDER.compare(first, id) <= 0 && BatchIds.ORDER.compare(id, last) <= 0) {
            ids.add(id);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Hazelcast declares it
    public void combine(Aggregator other) {
        ids.addAll(((CollectIds) other).ids);
    }

    @Override
    public IdList aggregate() {
        return ids;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        BatchIds.write(first, out);
        BatchIds.write(last, out);
        ids.write(out);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        first = BatchIds.read(in);
        last = BatchIds.read(in);
        ids = IdList.read(in);
    }
}
