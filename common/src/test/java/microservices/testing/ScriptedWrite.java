package microservices.testing;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import microservices.cluster.ConfirmedWrite;
import microservices.cluster.WireTypes;
import microservices.cluster.Written;

/** Writes an entry of {@link TestMap}; the test says what happens meanwhile on its owner, which is in this process. */
public final class ScriptedWrite extends ConfirmedWrite<String, String> {

    /** What happens on the owner, with the write that is under way. */
    public interface Script {
        void run(ScriptedWrite write);
    }

    private static volatile Script script = write -> {};

    private String key;
    private boolean copy;

    ScriptedWrite() {}

    /** A write, and what happens each time that it is applied. */
    public ScriptedWrite(String key, Script script) {
        this(key, false);
        ScriptedWrite.script = script;
    }

    private ScriptedWrite(String key, boolean copy) {
        this.key = key;
        this.copy = copy;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    protected Optional<UUID> write(Map.Entry<String, String> entry) {
        if (!copy) {
            script.run(this);
        }
        entry.setValue("text");
        return Optional.empty();
    }

    @Override
    public EntryProcessor<String, String, Written> getBackupProcessor() {
        return new ScriptedWrite(key, true);
    }

    @Override
    public WireTypes types() {
        return TestMap.TYPES;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(key);
        out.writeBoolean(copy);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        key = in.readString();
        copy = in.readBoolean();
    }
}
