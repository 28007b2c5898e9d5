package microservices.testing;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import microservices.cluster.MemberConfig;
import microservices.service.ReplicaSettings;

/** A cluster with one map, for tests of what every cluster does. */
public final class TestMap {

    public static final String NAME = "test";

    private TestMap() {}

    /** The configuration of a member. */
    public static Config member(ReplicaSettings settings) {
        Config config = MemberConfig.of("test", settings);
        config.addMapConfig(
                new MapConfig(NAME).setBackupCount(2).setSplitBrainProtectionName(MemberConfig.ENOUGH_MEMBERS));
        return config;
    }
}
