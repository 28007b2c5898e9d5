package microservices.testing;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import java.util.List;
import microservices.cluster.MemberConfig;
import microservices.cluster.WireTypes;
import microservices.service.ReplicaSettings;

/** A cluster with one map, for tests of what every cluster does. */
public final class TestMap {

    public static final String NAME = "test";

    static final WireTypes TYPES = new WireTypes(99, List.of(SlowCopy::new, ScriptedWrite::new));

    private TestMap() {}

    /** The configuration of a member. */
    public static Config member(ReplicaSettings settings) {
        Config config = MemberConfig.of("test", settings);
        config.addMapConfig(
                new MapConfig(NAME).setBackupCount(2).setSplitBrainProtectionName(MemberConfig.ENOUGH_MEMBERS));
        TYPES.addTo(config);
        return config;
    }
}
