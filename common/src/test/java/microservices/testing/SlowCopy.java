package microservices.testing;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes an entry at once, and its copies slowly. All members are in this process, so it can be told when. */
public final class SlowCopy implements EntryProcessor<String, String, Integer>, IdentifiedDataSerializable {

    static final int FACTORY_ID = 99;

    private static final int CLASS_ID = 1;
    private static final long MILLIS = 100;

    public static final AtomicInteger COPIES = new AtomicInteger();

    private boolean copy;

    public SlowCopy() {
        this(false);
    }

    private SlowCopy(boolean copy) {
        this.copy = copy;
    }

    static IdentifiedDataSerializable create(int classId) {
        return new SlowCopy();
    }

    @Override
    public Integer process(Map.Entry<String, String> entry) {
        entry.setValue("text");
        if (copy) {
            try {
                TimeUnit.MILLISECONDS.sleep(MILLIS); // what is tested is that somebody waits for this
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            COPIES.incrementAndGet();
        }
        return 1;
    }

    @Override
    public EntryProcessor<String, String, Integer> getBackupProcessor() {
        return new SlowCopy(true);
    }

    @Override
    public int getFactoryId() {
        return FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return CLASS_ID;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws java.io.IOException {
        out.writeBoolean(copy);
    }

    @Override
    public void readData(ObjectDataInput in) throws java.io.IOException {
        copy = in.readBoolean();
    }
}
