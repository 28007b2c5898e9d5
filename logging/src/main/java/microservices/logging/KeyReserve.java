package microservices.logging;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reserves keys that nobody has reserved, and returns what each stands for now. May be repeated: what is there stays as
 * it is, but is set again, so that the repetition also makes the copies whose making was not confirmed, and so that a
 * key is remembered from its last use on. A copy that was not made decides nothing by itself: it is set to what the owner
 * has found.
 */
final class KeyReserve
        implements EntryProcessor<String, Reservation, Reserved>, HazelcastInstanceAware, IdentifiedDataSerializable {

    private Map<String, Reservation> wanted;
    /** Whether this runs on a copy. */
    private boolean copy;
    /** What the keys stand for that have been processed; the keys of one operation are in one partition, and so on one thread. */
    private final transient Map<String, Reservation> decided = new HashMap<>();

    private transient HazelcastInstance owner;

    KeyReserve() {}

    KeyReserve(Map<String, Reservation> wanted) {
        this(wanted, false);
    }

    private KeyReserve(Map<String, Reservation> wanted, boolean copy) {
        this.wanted = wanted;
        this.copy = copy;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance hazelcastInstance) {
        owner = hazelcastInstance;
    }

    @Override
    public Reserved process(Map.Entry<String, Reservation> entry) {
        Reservation there = copy ? null : entry.getValue();
        Reservation now = there != null ? there : wanted.get(entry.getKey());
        entry.setValue(now);
        decided.put(entry.getKey(), now);
        return new Reserved(now, owner.getCluster().getMembers().size());
    }

    @Override
    public EntryProcessor<String, Reservation, Reserved> getBackupProcessor() {
        return new KeyReserve(Map.copyOf(decided), true);
    }

    @Override
    public int getFactoryId() {
        return LogSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LogSerialization.RESERVE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeBoolean(copy);
        out.writeInt(wanted.size());
        for (Map.Entry<String, Reservation> reservation : wanted.entrySet()) {
            out.writeString(reservation.getKey());
            reservation.getValue().writeData(out);
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        copy = in.readBoolean();
        int size = in.readInt();
        wanted = new HashMap<>();
        for (int i = 0; i < size; i++) {
            String key = in.readString();
            Reservation reservation = new Reservation();
            reservation.readData(in);
            wanted.put(key, reservation);
        }
    }
}
