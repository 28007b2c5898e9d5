package microservices.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import microservices.message.BatchIds;

/** What the owner of an entry answers to a {@link ConfirmedWrite}. Immutable in use. */
public final class Written implements WireType {

    static final WireTypes TYPES = new WireTypes(3, List.of(Written::new));

    private UUID id;
    private Set<UUID> seenMembers;

    private Written() {}

    Written(Optional<UUID> id, Set<UUID> seenMembers) {
        this.id = id.orElse(null);
        this.seenMembers = seenMembers;
    }

    /** The id under which it stands; empty if it was not written. */
    public Optional<UUID> id() {
        return Optional.ofNullable(id);
    }

    /** The members that the owner saw: one that it missed has left, although this member may not know it yet. */
    Set<UUID> seenMembers() {
        return seenMembers;
    }

    @Override
    public WireTypes types() {
        return TYPES;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeInt(seenMembers.size());
        for (UUID member : seenMembers) {
            BatchIds.write(member, out);
        }
        out.writeBoolean(id != null);
        if (id != null) {
            BatchIds.write(id, out);
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Set<UUID> seen = new HashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            seen.add(BatchIds.read(in));
        }
        seenMembers = seen;
        id = in.readBoolean() ? BatchIds.read(in) : null;
    }
}
