package microservices.queue;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.QueueConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemberConfig;
import microservices.ledger.Ledger;
import microservices.service.ReplicaSettings;

/**
 * The cluster of facades and messages replicas: everything that is named, set up or bounded for it. See RATIONALE.md.
 */
public final class QueueCluster {

    /** The cluster's name. */
    public static final String NAME = "queue";

    /** The queue: ids of batches, in the order of acceptance. */
    static final String QUEUE = "queue";

    /**
     * The queue's room beyond the capacity at which facades refuse posts, in batches: for those that are written while it
     * fills up, and those that are offered twice.
     */
    static final int HEADROOM = 40_000;

    /** Member attribute: where its replica is reached by HTTP. */
    private static final String URL = "url";
    /** Member attribute of a messages replica: by what it holds messages in the ledger; new at each start. */
    private static final String HOLDER = "holder";

    /**
     * Copies of the ledger beside the first: so every one of two facades and two messages replicas has all of them. With
     * one copy less, a survivor may have to be sent its copy first, and what dies meanwhile is gone.
     */
    private static final int LEDGER_BACKUPS = 3;
    /** The same of the queue, for which nobody waits: what it loses stands in the ledger, and a facade offers it again. */
    private static final int QUEUE_BACKUPS = 1;

    private QueueCluster() {}

    /** A member that only keeps data: a facade's. */
    public static Config facade(ReplicaSettings settings, int capacity, int httpPort) {
        Config config = MemberConfig.of(NAME, settings);
        config.getMemberAttributeConfig().setAttribute(URL, "http://" + settings.advertisedHost() + ":" + httpPort);
        Ledger.addTo(config, LEDGER_BACKUPS);
        config.addQueueConfig(new QueueConfig(QUEUE)
                .setMaxSize((int) Math.min(Integer.MAX_VALUE, (long) capacity + HEADROOM))
                .setBackupCount(0)
                .setAsyncBackupCount(QUEUE_BACKUPS)
                // What the smaller part had in its queue stands in the ledger, and a facade offers it again.
                .setMergePolicyConfig(MemberConfig.merge(DiscardMergePolicy.class))
                .setSplitBrainProtectionName(MemberConfig.ENOUGH_MEMBERS));
        return config;
    }

    /** A member that also takes messages. */
    public static Config messages(ReplicaSettings settings, int capacity, UUID holder, int httpPort) {
        Config config = facade(settings, capacity, httpPort);
        config.getMemberAttributeConfig().setAttribute(HOLDER, holder.toString());
        return config;
    }

    /**
     * A messages replica that is in the cluster.
     *
     * @param url where its list is read
     * @param holder by what it holds messages in the ledger
     */
    public record MessagesReplica(String name, String url, UUID holder) {}

    /** The messages replicas that are in the cluster now. */
    public static List<MessagesReplica> messagesReplicas(ClusterMember member) {
        return messagesReplicas(member.hazelcast());
    }

    private static List<MessagesReplica> messagesReplicas(HazelcastInstance hazelcast) {
        return hazelcast.getCluster().getMembers().stream()
                .filter(other -> other.getAttribute(HOLDER) != null)
                .map(other -> new MessagesReplica(
                        ClusterMember.replica(other),
                        other.getAttribute(URL),
                        UUID.fromString(other.getAttribute(HOLDER))))
                .toList();
    }

    /** Where the facades are that are in the cluster now, by their names. */
    public static Map<String, String> facadeUrls(ClusterMember member) {
        return member.hazelcast().getCluster().getMembers().stream()
                .filter(other -> other.getAttribute(HOLDER) == null && other.getAttribute(URL) != null)
                .collect(Collectors.toMap(
                        ClusterMember::replica, other -> other.getAttribute(URL), (one, other) -> other));
    }

    /** Where the lists of the messages replicas are read that are in the cluster now. */
    public static List<String> messagesUrls(ClusterMember member) {
        return messagesReplicas(member).stream().map(MessagesReplica::url).toList();
    }

    /** The holders of the messages replicas that are in the cluster now. */
    public static Set<UUID> liveHolders(HazelcastInstance hazelcast) {
        return messagesReplicas(hazelcast).stream().map(MessagesReplica::holder).collect(Collectors.toSet());
    }

    /**
     * One facade's part of work that all facades could do.
     *
     * @param place of the facade among them
     */
    public record Share(int place, int facades) {

        public boolean includes(UUID batch) {
            return Math.floorMod(batch.hashCode(), facades) == place;
        }
    }

    /** This facade's part, as long as the facades are those that are in the cluster now. */
    public static Share shareAmongFacades(ClusterMember member) {
        HazelcastInstance hazelcast = member.hazelcast();
        List<UUID> facades = hazelcast.getCluster().getMembers().stream()
                .filter(other -> other.getAttribute(HOLDER) == null)
                .map(Member::getUuid)
                .sorted()
                .toList();
        UUID self = hazelcast.getCluster().getLocalMember().getUuid();
        return new Share(Math.max(0, facades.indexOf(self)), Math.max(1, facades.size()));
    }

    /** The name of the replica whose member owns the queue at this moment. */
    public static Optional<String> owner(ClusterMember member) {
        HazelcastInstance hazelcast = member.hazelcast();
        String key = hazelcast.getQueue(QUEUE).getPartitionKey();
        Member owner = hazelcast.getPartitionService().getPartition(key).getOwner();
        return Optional.ofNullable(owner).map(ClusterMember::replica);
    }
}
