package microservices.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;

/** A class whose instances travel between members; it is known there by its place in a list. */
public interface WireType extends IdentifiedDataSerializable {

    /** The list that it stands in. */
    WireTypes types();

    @Override
    default int getFactoryId() {
        return types().id();
    }

    @Override
    default int getClassId() {
        return types().numberOf(getClass());
    }

    /** Writes its fields; none unless overridden. */
    @Override
    default void writeData(ObjectDataOutput out) throws IOException {}

    /** Reads what {@link #writeData} has written. */
    @Override
    default void readData(ObjectDataInput in) throws IOException {}
}
