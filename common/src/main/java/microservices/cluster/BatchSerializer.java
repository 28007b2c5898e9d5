package microservices.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import java.io.IOException;
import microservices.message.Batch;

/** How a batch travels between members, and stands in a map. */
final class BatchSerializer implements StreamSerializer<Batch> {

    private static final int TYPE_ID = 1;

    @Override
    public int getTypeId() {
        return TYPE_ID;
    }

    @Override
    public void write(ObjectDataOutput out, Batch batch) throws IOException {
        batch.write(out);
    }

    @Override
    public Batch read(ObjectDataInput in) throws IOException {
        return Batch.read(in);
    }
}
