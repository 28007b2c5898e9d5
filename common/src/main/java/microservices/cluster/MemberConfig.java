package microservices.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.EndpointConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;
import java.util.Map;
import java.util.Optional;
import microservices.message.Batch;
import microservices.service.ReplicaSettings;

/**
 * Builds the configuration of every Hazelcast member, and is the only class that does: what is set here is what is
 * set. Neither hazelcast.yaml nor {@code HZ_} variables are read. See RATIONALE.md for what each setting trades.
 */
public final class MemberConfig {

    /** Which members are short of memory: member to true, copied to every member of its cluster. */
    static final String SHORT_OF_MEMORY = "short-of-memory";

    /** Member attribute: the replica's name. */
    static final String REPLICA = "replica";
    /** What a map or queue names so that it takes writes only while enough members are there. */
    public static final String ENOUGH_MEMBERS = "enough-members-to-write";

    /** How many entries of a partition travel at once when a cluster that was split merges; Hazelcast's default. */
    private static final int MERGE_BATCH = 100;

    private MemberConfig() {}

    /**
     * A member that has no maps yet: whoever keeps something in the cluster adds its own.
     *
     * @param cluster the cluster's name
     */
    public static Config of(String cluster, ReplicaSettings settings) {
        Config config = new Config(settings.replica()).setClusterName(cluster);
        config.getMemberAttributeConfig().setAttribute(REPLICA, settings.replica());
        network(config, settings);
        properties(config);
        Written.TYPES.addTo(config);
        config.getSerializationConfig()
                .addSerializerConfig(
                        new SerializerConfig().setTypeClass(Batch.class).setImplementation(new BatchSerializer()))
                .setJavaSerializationFilterConfig(new JavaSerializationFilterConfig());
        config.addSplitBrainProtectionConfig(
                new SplitBrainProtectionConfig(ENOUGH_MEMBERS, true, settings.minimumMembers())
                        .setProtectOn(SplitBrainProtectionOn.WRITE));
        return config;
    }

    /** How entries of two parts of a cluster become one after a split. */
    public static MergePolicyConfig merge(Class<?> policy) {
        return new MergePolicyConfig(policy.getName(), MERGE_BATCH);
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
        return endpoint(config).getPort();
    }

    /** By which host name or address other members are to reach this one; empty if by loopback. */
    static Optional<String> advertisedHost(Config config) {
        return Optional.ofNullable(endpoint(config).getPublicAddress())
                .map(address -> address.substring(0, address.lastIndexOf(':')));
    }

    private static ServerSocketEndpointConfig endpoint(Config config) {
        Map<EndpointQualifier, EndpointConfig> endpoints =
                config.getAdvancedNetworkConfig().getEndpointConfigs();
        return (ServerSocketEndpointConfig) endpoints.get(EndpointQualifier.MEMBER);
    }

    private static void properties(Config config) {
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        // Nobody reads these here, and each wakes threads of its own all the time.
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        config.setProperty("hazelcast.slow.operation.detector.enabled", "false");
        config.getMetricsConfig().setEnabled(false);
        // A start and a departure cost some work for each partition; Hazelcast's default, 271, is for hundreds of
        // members.
        config.setProperty("hazelcast.partition.count", "71");
        // Fewer threads to wake for each message that members send one another: one that reads, one that writes, and
        // whoever reads an answer completes what waits for it.
        config.setProperty("hazelcast.io.input.thread.count", "1");
        config.setProperty("hazelcast.io.output.thread.count", "1");
        config.setProperty("hazelcast.operation.response.thread.count", "0");
        // A question whether all copies are made may take one of these for ten seconds, see ClusterSafety. With two,
        // the default, two such questions held up every reading of what this member owns.
        config.setProperty("hazelcast.operation.generic.thread.count", "8");
        // Whoever has something to send writes it, as long as the connection takes it.
        config.setProperty("hazelcast.concurrent.window.ms", "0");
        // The order of a shutdown is ours, see Lifecycle.
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.setProperty("hazelcast.graceful.shutdown.max.wait", "20");
        // How soon a silent member is given up. Lower, and a starved machine expels its own members.
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "10");
        // The list of members is sent when it changes, and again after this to a member that has missed it; default 60.
        config.setProperty("hazelcast.member.list.publish.interval.seconds", "2");
        // How soon a member that was killed is given up where its host is gone with it, as a container's is: then
        // connections are not refused but hang. Two that failed are enough; the defaults are four, of 10 s each.
        config.setProperty("hazelcast.socket.connect.timeout.seconds", "1");
        config.setProperty("hazelcast.connection.monitor.max.faults", "1");
        // Below the 10 s within which a client has its answer.
        config.setProperty("hazelcast.operation.call.timeout.millis", "5000");
        // How soon a write is known to have failed that not all copies confirmed, since a member is silent or has no
        // place for its copy yet; it is repeated then. Looked at once a second.
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
