package microservices.common;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

/** The numbers by which Hazelcast knows the classes of the log. A number is never given to another class. */
final class LogSerialization implements DataSerializableFactory {

    static final int FACTORY_ID = 2;
    static final int WRITE = 3;

    @Override
    public IdentifiedDataSerializable create(int classId) {
        return switch (classId) {
            case WRITE -> new LogWrite();
            default -> throw new IllegalArgumentException("unknown class id " + classId);
        };
    }
}
