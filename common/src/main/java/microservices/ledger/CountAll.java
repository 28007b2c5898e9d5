package microservices.ledger;

import com.hazelcast.aggregation.Aggregator;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import microservices.message.BatchIds;

/** Counts messages by which of the live replicas holds them, and finds the oldest batch that none of these does. */
final class CountAll implements Aggregator<Map.Entry<UUID, Entry>, LedgerCounts>, LedgerType {

    private Set<UUID> live;
    private final Map<UUID, Long> held = new HashMap<>();
    private long batches;
    private long waitingBatches;
    private long waiting;
    /** Null while there is none. */
    private UUID oldest;

    CountAll() {}

    CountAll(Set<UUID> live) {
        this.live = live;
    }

    @Override
    public void accumulate(Map.Entry<UUID, Entry> entry) {
        Entry there = entry.getValue();
        long messages = there.batch().size();
        batches++;
        if (there.holder() != null && live.contains(there.holder())) {
            held.merge(there.holder(), messages, Long::sum);
            return;
        }
        waitingBatches++;
        if (messages > 0) {
            waiting += messages;
            older(entry.getKey());
        }
    }

    private void older(UUID id) {
        if (oldest == null || BatchIds.ORDER.compare(id, oldest) < 0) {
            oldest = id;
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Hazelcast declares it
    public void combine(Aggregator other) {
        CountAll part = (CountAll) other;
        batches += part.batches;
        waitingBatches += part.waitingBatches;
        waiting += part.waiting;
        part.held.forEach((holder, messages) -> held.merge(holder, messages, Long::sum));
        if (part.oldest != null) {
            older(part.oldest);
        }
    }

    @Override
    public LedgerCounts aggregate() {
        return new LedgerCounts(batches, waitingBatches, held, waiting, Optional.ofNullable(oldest));
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        LedgerType.writeHolders(out, live);
        out.writeInt(held.size());
        for (Map.Entry<UUID, Long> one : held.entrySet()) {
            BatchIds.write(one.getKey(), out);
            out.writeLong(one.getValue());
        }
        out.writeLong(batches);
        out.writeLong(waitingBatches);
        out.writeLong(waiting);
        LedgerType.writeHolder(out, oldest);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        live = LedgerType.readHolders(in);
        int holders = in.readInt();
        for (int i = 0; i < holders; i++) {
            held.put(BatchIds.read(in), in.readLong());
        }
        batches = in.readLong();
        waitingBatches = in.readLong();
        waiting = in.readLong();
        oldest = LedgerType.readHolder(in);
    }
}
