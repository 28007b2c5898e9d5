package microservices.common;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;

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
}
