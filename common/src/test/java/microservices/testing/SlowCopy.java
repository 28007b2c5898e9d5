package microservices.testing;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.cluster.ConfirmedWrite;
import microservices.cluster.WireTypes;
import microservices.cluster.Written;

/** Writes an entry of {@link TestMap} at once, and its copies slowly. All members are in this process, so it can tell when. */
public final class SlowCopy extends ConfirmedWrite<String, String> {

    /** How many copies have been made. */
    public static final AtomicInteger COPIES = new AtomicInteger();

    private static final long MILLIS = 200;

    private String key;
    private long millis;
    private boolean copy;

    SlowCopy() {}

    public SlowCopy(String key) {
        this(key, MILLIS);
    }

    /** @param millis how long each copy takes */
    public SlowCopy(String key, long millis) {
        this(key, millis, false);
    }

    private SlowCopy(String key, long millis, boolean copy) {
        this.key = key;
        this.millis = millis;
        this.copy = copy;
    }

    /** The id that it answers for a key. */
    public static UUID id(String key) {
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    protected Optional<UUID> write(Map.Entry<String, String> entry) {
        entry.setValue("text");
        if (copy) {
            try {
                TimeUnit.MILLISECONDS.sleep(millis); // what is tested is that somebody waits for this
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            COPIES.incrementAndGet();
        }
        return Optional.of(id(key));
    }

    @Override
    public EntryProcessor<String, String, Written> getBackupProcessor() {
        return new SlowCopy(key, millis, true);
    }

    @Override
    public WireTypes types() {
        return TestMap.TYPES;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(key);
        out.writeLong(millis);
        out.writeBoolean(copy);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        key = in.readString();
        millis = in.readLong();
        copy = in.readBoolean();
    }
}
