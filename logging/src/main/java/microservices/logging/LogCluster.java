package microservices.logging;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.PartitioningStrategyConfig;
import com.hazelcast.partition.PartitioningStrategy;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import microservices.cluster.MemberConfig;
import microservices.message.MessageIds;
import microservices.service.ReplicaSettings;

/** The cluster of logging replicas: everything that is named and set up for it. See RATIONALE.md. */
final class LogCluster {

    /** The cluster's name. */
    static final String NAME = "logging";

    /** The log: message id to text. */
    static final String LOG = "log";
    /** The idempotency keys: key to {@link Reservation}. */
    static final String KEYS = "keys";

    /** Copies of the log and the keys beside the first: so every one of three logging replicas has all of them. */
    private static final int BACKUPS = 2;

    private LogCluster() {}

    /** The configuration of a member. */
    static Config member(ReplicaSettings settings) {
        Config config = MemberConfig.of(NAME, settings);
        config.getSerializationConfig().addDataSerializableFactory(LogSerialization.FACTORY_ID, new LogSerialization());
        config.addMapConfig(map(LOG, id -> MessageIds.batchOf((String) id)));
        config.addMapConfig(map(KEYS, key -> IdempotencyKeys.shardOf((String) key))
                .setTimeToLiveSeconds((int) IdempotencyKeys.TIME_TO_LIVE.toSeconds()));
        return config;
    }

    private static MapConfig map(String name, PartitioningStrategy<Object> partition) {
        return new MapConfig(name)
                .setBackupCount(BACKUPS)
                // An id has one text for ever, so it does not matter whose is kept.
                .setMergePolicyConfig(MemberConfig.merge(PutIfAbsentMergePolicy.class))
                .setPartitioningStrategyConfig(new PartitioningStrategyConfig(partition))
                .setSplitBrainProtectionName(MemberConfig.ENOUGH_MEMBERS);
    }
}
