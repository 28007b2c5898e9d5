package microservices.logging;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The numbers by which Hazelcast knows the classes of the log and its idempotency keys. A number is never given to another class. */
final class LogSerialization implements DataSerializableFactory {

    static final int FACTORY_ID = 2;
    static final int RESERVATION = 1;
    static final int RESERVE = 2;
    static final int WRITE = 3;
    static final int RESERVED = 4;

    @Override
    public IdentifiedDataSerializable create(int classId) {
        return switch (classId) {
            case RESERVATION -> new Reservation();
            case RESERVE -> new KeyReserve();
            case WRITE -> new LogWrite();
            case RESERVED -> new Reserved();
            default -> throw new IllegalArgumentException("unknown class id " + classId);
        };
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
}
