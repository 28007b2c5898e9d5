package microservices.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import microservices.message.BatchIds;

/** What the owner of an entry answers to a {@link ConfirmedWrite}. Immutable in use. */
public final class Written implements WireType {

    static final WireTypes TYPES = new WireTypes(3, List.of(Written::new));

    private UUID id;
    private int seenMembers;

    private Written() {}

    Written(Optional<UUID> id, int seenMembers) {
        this.id = id.orElse(null);
        this.seenMembers = seenMembers;
    }

    /** The id under which it stands; empty if it was not written. */
    public Optional<UUID> id() {
        return Optional.ofNullable(id);
    }

    /** How many members the owner saw: if fewer than this one sees, somebody has left whom this one has not missed yet. */
    int seenMembers() {
        return seenMembers;
    }

    @Override
    public WireTypes types() {
        return TYPES;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeInt(seenMembers);
        out.writeBoolean(id != null);
        if (id != null) {
            BatchIds.write(id, out);
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        seenMembers = in.readInt();
        id = in.readBoolean() ? BatchIds.read(in) : null;
    }
}
