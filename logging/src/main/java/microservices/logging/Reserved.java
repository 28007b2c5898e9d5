package microservices.logging;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import microservices.cluster.ClusterMember;

/** What a key stands for now, and how many members its owner sees, see {@link ClusterMember#writeAllCopies}. */
final class Reserved implements IdentifiedDataSerializable {

    private Reservation reservation;
    private int seenMembers;

    Reserved() {}

    Reserved(Reservation reservation, int seenMembers) {
        this.reservation = reservation;
        this.seenMembers = seenMembers;
    }

    Reservation reservation() {
        return reservation;
    }

    int seenMembers() {
        return seenMembers;
    }

    @Override
    public int getFactoryId() {
        return LogSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LogSerialization.RESERVED;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeInt(seenMembers);
        reservation.writeData(out);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        seenMembers = in.readInt();
        reservation = new Reservation();
        reservation.readData(in);
    }
}
