package microservices.common;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.EndpointConfig;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.PartitioningStrategyConfig;
import com.hazelcast.config.QueueConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.partition.PartitioningStrategy;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;
import java.util.Map;
import java.util.UUID;

/**
 * Builds the configuration of every Hazelcast member, and is the only class that does: what is set here is what is
 * set. Neither hazelcast.yaml nor {@code HZ_} variables are read. See RATIONALE.md for what each setting trades.
 */
public final class MemberConfig {

    /** The log: message id to text. */
    public static final String LOG = "log";
    /** The idempotency keys: key to {@link Reservation}. */
    static final String KEYS = "keys";
    /** The ledger: message id to {@link LedgerEntry}. */
    public static final String LEDGER = "ledger";
    /** The queue: message ids, in the order of acceptance. */
    public static final String QUEUE = "queue";

    /** Which members are short of memory: member to true, copied to every member of its cluster. */
    static final String SHORT_OF_MEMORY = "short-of-memory";

    /**
     * How many more the queue takes than its capacity, at which the facades stop: 20 of them can have under
     * way, so that a batch that is written when the queue fills up still finds a place.
     */
    static final int QUEUE_HEADROOM = 40_000;

    /** Member attribute: the replica's name. */
    static final String REPLICA = "replica";
    /** Member attribute: new at each start, and the same before and after a split. */
    static final String INCARNATION = "incarnation";
    /** Member attribute of a messages replica: where its list is read. */
    static final String URL = "url";
    /** Member attribute of a messages replica: by what it holds messages in the ledger; new at each start. */
    static final String HOLDER = "holder";

    /** Copies of the log and the keys beside the first: so every one of three logging replicas has all of them. */
    private static final int LOG_BACKUPS = 2;
    /**
     * Copies of the queue and the ledger beside the first: so every one of two facades and two messages replicas has
     * all of them. With one copy less, a survivor may have to be sent its copy first, and what dies meanwhile is gone.
     */
    private static final int QUEUE_BACKUPS = 3;

    /** How many entries of a partition travel at once when a cluster that was split merges; Hazelcast's default. */
    private static final int MERGE_BATCH = 100;

    private static final String ENOUGH_MEMBERS = "enough-members-to-write";

    private MemberConfig() {}

    /** A member of the logging cluster. */
    public static Config ofLogging(ReplicaSettings settings) {
        Config config = of("logging", settings);
        // An id has one text for ever, so it does not matter whose is kept.
        config.addMapConfig(map(LOG, LOG_BACKUPS, InMemoryFormat.BINARY, PutIfAbsentMergePolicy.class));
        PartitioningStrategy<Object> byShard = key -> IdempotencyKeys.shardOf((String) key);
        config.addMapConfig(map(KEYS, LOG_BACKUPS, InMemoryFormat.BINARY, PutIfAbsentMergePolicy.class)
                .setPartitioningStrategyConfig(new PartitioningStrategyConfig(byShard))
                .setTimeToLiveSeconds((int) IdempotencyKeys.TIME_TO_LIVE.toSeconds()));
        return config;
    }

    /** A member of the queue cluster that only keeps data: a facade. */
    public static Config ofFacade(ReplicaSettings settings, int queueCapacity) {
        Config config = of("queue", settings);
        // An entry of the ledger is only ever touched by entry processors, which need it as an object.
        config.addMapConfig(map(LEDGER, QUEUE_BACKUPS, InMemoryFormat.OBJECT, LedgerMerge.class));
        config.addQueueConfig(new QueueConfig(QUEUE)
                .setMaxSize((int) Math.min(Integer.MAX_VALUE, (long) queueCapacity + QUEUE_HEADROOM))
                // Nobody waits for the queue's copies: what it loses stands in the ledger, and the sweep offers it
                // again.
                .setBackupCount(0)
                .setAsyncBackupCount(QUEUE_BACKUPS)
                // What the smaller part had in its queue stands in the ledger, and the sweep offers it again.
                .setMergePolicyConfig(new MergePolicyConfig(DiscardMergePolicy.class.getName(), MERGE_BATCH))
                .setSplitBrainProtectionName(ENOUGH_MEMBERS));
        return config;
    }

    /** A member of the queue cluster that also takes messages. */
    public static Config ofMessages(ReplicaSettings settings, int queueCapacity, UUID holder, int httpPort) {
        Config config = ofFacade(settings, queueCapacity);
        config.getMemberAttributeConfig()
                .setAttribute(URL, "http://" + settings.advertisedHost() + ":" + httpPort)
                .setAttribute(HOLDER, holder.toString());
        return config;
    }

    private static Config of(String cluster, ReplicaSettings settings) {
        Config config = new Config(settings.replica()).setClusterName(cluster);
        config.getMemberAttributeConfig()
                .setAttribute(REPLICA, settings.replica())
                .setAttribute(INCARNATION, UUID.randomUUID().toString());
        network(config, settings);
        properties(config);
        config.getSerializationConfig()
                .addDataSerializableFactory(LedgerSerialization.FACTORY_ID, new LedgerSerialization())
                .addDataSerializableFactory(LogSerialization.FACTORY_ID, new LogSerialization())
                .setJavaSerializationFilterConfig(new JavaSerializationFilterConfig());
        config.addSplitBrainProtectionConfig(
                new SplitBrainProtectionConfig(ENOUGH_MEMBERS, true, settings.minimumMembers())
                        .setProtectOn(SplitBrainProtectionOn.WRITE));
        return config;
    }

    private static MapConfig map(String name, int backups, InMemoryFormat format, Class<?> mergePolicy) {
        PartitioningStrategy<Object> byBatch = id -> MessageIds.batchOf((String) id);
        return new MapConfig(name)
                .setBackupCount(backups)
                .setInMemoryFormat(format)
                .setMergePolicyConfig(new MergePolicyConfig(mergePolicy.getName(), MERGE_BATCH))
                .setPartitioningStrategyConfig(new PartitioningStrategyConfig(byBatch))
                .setSplitBrainProtectionName(ENOUGH_MEMBERS);
    }

    private static void network(Config config, ReplicaSettings settings) {
        ServerSocketEndpointConfig endpoint =
                new ServerSocketEndpointConfig().setPort(settings.memberPort()).setPortAutoIncrement(false);
        // With a port for members alone a connection waits until the other side has answered. In Hazelcast's usual
        // mode the thread that writes to a frozen one spins instead, and holds up all others that it writes to.
        AdvancedNetworkConfig network =
                config.getAdvancedNetworkConfig().setEnabled(true).setMemberEndpointConfig(endpoint);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig()
                .setEnabled(true)
                .setMembers(settings.peers())
                // A peer that is not there must not hold up the others; the default is 5 s for each.
                .setConnectionTimeoutSeconds(1);
        if (settings.loopbackOnly()) {
            endpoint.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
            config.setProperty("hazelcast.socket.bind.any", "false");
        } else {
            endpoint.setPublicAddress(settings.advertisedHost() + ":" + settings.memberPort());
        }
    }

    /** Where the member listens. */
    static int port(Config config) {
        Map<EndpointQualifier, EndpointConfig> endpoints =
                config.getAdvancedNetworkConfig().getEndpointConfigs();
        return ((ServerSocketEndpointConfig) endpoints.get(EndpointQualifier.MEMBER)).getPort();
    }

    private static void properties(Config config) {
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        // Nobody reads these here, and each wakes threads of its own all the time.
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        config.setProperty("hazelcast.slow.operation.detector.enabled", "false");
        config.getMetricsConfig().setEnabled(false);
        // The order of a shutdown is ours, see Shutdown.
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "20");
        // How soon a silent member is given up. Lower, and a starved machine expels its own members.
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "10");
        // Who is a member is told when it changes, and a member that has missed it is told again after this; default
        // 60.
        config.setProperty("hazelcast.member.list.publish.interval.seconds", "2");
        // How soon a member that was killed is given up where its host is gone with it, as a container's is:
        // connections
        // then are not refused but hang. Two that failed are enough; the defaults are four, of 10 s each.
        config.setProperty("hazelcast.socket.connect.timeout.seconds", "1");
        config.setProperty("hazelcast.connection.monitor.max.faults", "1");
        // Below the 10 s within which a client has its answer.
        config.setProperty("hazelcast.operation.call.timeout.millis", "5000");
        // How soon a write is known to have failed that not all copies confirmed, since a member is silent or has no
        // place
        // for its copy yet; it is repeated then. Looked at once a second.
        config.setProperty("hazelcast.operation.backup.timeout.millis", "1000");
        // Without it, a write whose copies were not confirmed counts as done.
        config.setProperty("hazelcast.operation.fail.on.indeterminate.state", "true");
        // How often members look for others that they are apart from. A member that was frozen and goes on may have
        // another one expelled, within 10 s: with these it is together with the others again within 15 s.
        config.setProperty("hazelcast.merge.first.run.delay.seconds", "1");
        config.setProperty("hazelcast.merge.next.run.delay.seconds", "1");
        config.setProperty("hazelcast.wait.seconds.before.join", "1");
    }
}
