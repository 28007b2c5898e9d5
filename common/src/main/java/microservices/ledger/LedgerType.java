package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import microservices.cluster.WireType;
import microservices.cluster.WireTypes;
import microservices.message.BatchIds;

/** The ledger's classes that travel between members, and how they write holders. */
interface LedgerType extends WireType {

    /** A place in this list is never given to another class. */
    WireTypes TYPES = new WireTypes(
            1,
            List.of(
                    Entry::new,
                    Register::new,
                    Claim::new,
                    Confirm::new,
                    Release::new,
                    ReadHolder::new,
                    HeldBy::new,
                    NotHeldBy::new,
                    MergeHolders::new,
                    CountMessages::new,
                    CollectIds::new,
                    Holding::new,
                    CountAll::new,
                    Withdraw::new));

    @Override
    default WireTypes types() {
        return TYPES;
    }

    static void writeHolder(ObjectDataOutput out, UUID holder) throws IOException {
        out.writeBoolean(holder != null);
        if (holder != null) {
            BatchIds.write(holder, out);
        }
    }

    static UUID readHolder(ObjectDataInput in) throws IOException {
        return in.readBoolean() ? BatchIds.read(in) : null;
    }

    static void writeHolders(ObjectDataOutput out, Set<UUID> holders) throws IOException {
        out.writeInt(holders.size());
        for (UUID holder : holders) {
            BatchIds.write(holder, out);
        }
    }

    static Set<UUID> readHolders(ObjectDataInput in) throws IOException {
        int size = in.readInt();
        Set<UUID> holders = new HashSet<>();
        for (int i = 0; i < size; i++) {
            holders.add(BatchIds.read(in));
        }
        return holders;
    }
}
