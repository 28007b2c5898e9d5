package microservices.ledger;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The numbers by which Hazelcast knows the ledger's classes on the wire. A number is never given to another class. */
public final class LedgerSerialization implements DataSerializableFactory {

    static final int FACTORY_ID = 1;
    static final int ENTRY = 1;
    static final int REGISTER = 2;
    static final int CLAIM = 3;
    static final int RELEASE = 4;
    static final int NOT_HELD_BY = 5;
    static final int HOLDER = 6;
    static final int CONFIRM = 7;
    static final int HELD_BY = 8;
    static final int MERGE = 9;
    static final int KNOWS = 10;

    @Override
    public IdentifiedDataSerializable create(int classId) {
        return switch (classId) {
            case ENTRY -> new Entry();
            case REGISTER -> new Register();
            case CLAIM -> new Claim();
            case RELEASE -> new Release();
            case NOT_HELD_BY -> new NotHeldBy();
            case HOLDER -> new ReadHolder();
            case CONFIRM -> new Confirm();
            case HELD_BY -> new HeldBy();
            case MERGE -> new MergeHolders();
            case KNOWS -> new Knows();
            default -> throw new IllegalArgumentException("unknown class id " + classId);
        };
    }

    static void writeHolder(ObjectDataOutput out, UUID holder) throws IOException {
        out.writeBoolean(holder != null);
        if (holder != null) {
            out.writeLong(holder.getMostSignificantBits());
            out.writeLong(holder.getLeastSignificantBits());
        }
    }

    static UUID readHolder(ObjectDataInput in) throws IOException {
        return in.readBoolean() ? new UUID(in.readLong(), in.readLong()) : null;
    }

    static void writeTexts(ObjectDataOutput out, Map<String, String> texts) throws IOException {
        out.writeInt(texts.size());
        for (Map.Entry<String, String> text : texts.entrySet()) {
            out.writeString(text.getKey());
            out.writeString(text.getValue());
        }
    }

    static Map<String, String> readTexts(ObjectDataInput in) throws IOException {
        int size = in.readInt();
        Map<String, String> texts = new HashMap<>();
        for (int i = 0; i < size; i++) {
            texts.put(in.readString(), in.readString());
        }
        return texts;
    }

    static void writeHolders(ObjectDataOutput out, Set<UUID> holders) throws IOException {
        out.writeInt(holders.size());
        for (UUID holder : holders) {
            writeHolder(out, holder);
        }
    }

    static Set<UUID> readHolders(ObjectDataInput in) throws IOException {
        int size = in.readInt();
        Set<UUID> holders = new HashSet<>();
        for (int i = 0; i < size; i++) {
            holders.add(readHolder(in));
        }
        return holders;
    }
}
