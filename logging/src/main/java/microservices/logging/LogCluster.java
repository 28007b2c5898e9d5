package microservices.logging;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import microservices.cluster.MemberConfig;
import microservices.service.ReplicaSettings;

/** The cluster of logging replicas: everything that is named and set up for it. See RATIONALE.md. */
final class LogCluster {

    /** The cluster's name. */
    static final String NAME = "logging";

    /** The log: the id of a batch, or the idempotency key of its one message, to the batch. */
    static final String LOG = "log";

    /** Copies beside the first: so every one of three logging replicas has all of them. */
    private static final int BACKUPS = 2;

    private LogCluster() {}

    /** The configuration of a member. */
    static Config member(ReplicaSettings settings) {
        Config config = MemberConfig.of(NAME, settings);
        LogWrite.TYPES.addTo(config);
        config.addMapConfig(new MapConfig(LOG)
                .setBackupCount(BACKUPS)
                .setStatisticsEnabled(false)
                // A batch has the same texts for ever. Of two under one key, the one that was acknowledged is in the
                // larger
                // part, and is kept.
                .setMergePolicyConfig(MemberConfig.merge(PutIfAbsentMergePolicy.class))
                .setSplitBrainProtectionName(MemberConfig.ENOUGH_MEMBERS));
        return config;
    }
}
