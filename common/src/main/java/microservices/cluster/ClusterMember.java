package microservices.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.service.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's embedded Hazelcast member. It is <em>established</em> once it has been in a safe cluster of enough
 * members; before that it may hold no data, or stand alone beside the cluster that it is to join, so nothing is read
 * from it and nothing taken. Then it stays so: a lone survivor holds everything and answers reads. Only a member that
 * merges into another cluster after a split begins anew, as it gives up all that it holds and is sent it again.
 */
public final class ClusterMember implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterMember.class);

    /** How long the cluster may take to say whether all copies are made. */
    private static final Duration ANSWER = Duration.ofSeconds(3);

    private final String cluster;
    private final int minimumMembers;

    private volatile HazelcastInstance instance;
    /** None before the start, or if loopback is all. */
    private volatile Optional<AdvertisedAddress> advertised = Optional.empty();

    private volatile boolean closed;
    private volatile boolean established;
    /** From the moment that this member gives up what it holds, until what only it had has been merged. */
    private volatile boolean merging;
    /** Who this member was in the part of a cluster that it left last, or is about to leave. */
    private volatile UUID left;
    /** How often this member has given up what it held to merge. */
    private volatile int merges;

    private final ClusterSafety safety;
    private final AtomicLong changes = new AtomicLong();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /**
     * Opens nothing yet.
     *
     * @param cluster the cluster's name, for what it says of itself
     * @param minimumMembers how many members make the cluster able to keep what is written, at least 1
     */
    public ClusterMember(String cluster, int minimumMembers) {
        this.cluster = cluster;
        this.minimumMembers = minimumMembers;
        this.safety = new ClusterSafety(this, cluster);
    }

    /**
     * Starts the member and joins the cluster; takes some seconds.
     *
     * @throws IllegalStateException if the member's port is taken or its address is not this host's
     */
    public void start(Config config) {
        advertised =
                MemberConfig.advertisedHost(config).map(host -> new AdvertisedAddress(host, MemberConfig.port(config)));
        advertised.ifPresent(AdvertisedAddress::start);
        try {
            instance = Hazelcast.newHazelcastInstance(config);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "cannot start the Hazelcast member on port "
                            + MemberConfig.port(config)
                            + ": the port is taken, or HOST_IP is not an address of this host",
                    e);
        }
        instance.getLifecycleService().addLifecycleListener(this::changed);
        instance.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                safety.look();
                logMembers(replica(event.getMember()) + " has joined");
                tellListeners();
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                safety.oneLeft();
                logMembers(replica(event.getMember()) + " has left");
                tellListeners();
            }
        });
        safety.look();
        logMembers("Joined");
    }

    /**
     * Adds what this member knows of its cluster.
     *
     * @param expected how many members the cluster has when all are there
     */
    public void addTo(Metrics metrics, int expected) {
        metrics.gauge("message_service_cluster_members", "Members that this one sees, itself included.", this::seen);
        metrics.gauge(
                "message_service_cluster_members_expected", "Members when all are there.", () -> (double) expected);
        metrics.gauge(
                "message_service_cluster_members_minimum",
                "Members that the cluster needs to take writes.",
                () -> minimumMembers);
        safety.addTo(metrics);
    }

    private double seen() {
        return running()
                .map(started -> (double) started.getCluster().getMembers().size())
                .orElse(Double.NaN);
    }

    /** Has something run whenever a member has come, gone or merged: on Hazelcast's thread, so it must be short. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    private void tellListeners() {
        changes.incrementAndGet();
        listeners.forEach(Runnable::run);
    }

    private void changed(LifecycleEvent event) {
        switch (event.getState()) {
            case MERGING -> {
                left = instance.getCluster().getLocalMember().getUuid();
                merging = true;
                merges++;
                established = false;
                LOG.info("Merging into the other part of the {} cluster, from which this member was cut off", cluster);
            }
            case MERGED, MERGE_FAILED -> {
                merging = false;
                logMembers("Merged into");
                tellListeners();
            }
            default -> LOG.debug("{}", event);
        }
    }

    private void logMembers(String what) {
        LOG.info("{} the {} cluster; members now: {}", what, cluster, members());
    }

    private String members() {
        return String.join(
                ", ",
                instance.getCluster().getMembers().stream()
                        .map(ClusterMember::replica)
                        .sorted()
                        .toList());
    }

    /** How often this member was cut off and has merged into the other part; what it knew before is old since then. */
    public int merges() {
        return merges;
    }

    /** Whether this member has been in a safe cluster of enough members since it started or was merged into one. */
    public boolean established() {
        if (!established && missing().isEmpty()) {
            established = true;
        }
        return established;
    }

    /**
     * Whether what only this member's part of a cluster had is still being merged into the other part. That may take
     * long; this member has joined the other part before, and may be established in it.
     */
    public boolean merging() {
        return merging;
    }

    /** A member gets another id when it gives up what it holds, and joins the other part with that. */
    private boolean isLeaving(HazelcastInstance started) {
        return merging && started.getCluster().getLocalMember().getUuid().equals(left);
    }

    /** How many members the cluster needs to take writes. */
    int minimumMembers() {
        return minimumMembers;
    }

    /** Whether this member is established and its cluster takes writes now. */
    public boolean writable() {
        return established() && hazelcast().getCluster().getMembers().size() >= minimumMembers;
    }

    /** The member's Hazelcast, for those who read and write. */
    public HazelcastInstance hazelcast() {
        return running()
                .orElseThrow(
                        () -> Refusal.unknown("this replica is starting or stopping; send the request to another one"));
    }

    private Optional<HazelcastInstance> running() {
        return Optional.ofNullable(instance)
                .filter(started -> started.getLifecycleService().isRunning());
    }

    /**
     * The member's Hazelcast once it is established.
     *
     * @throws Refusal 503 before that
     */
    public HazelcastInstance establishedHazelcast() {
        if (!established()) {
            throw Refusal.unknown("this replica has not joined its cluster yet; send the request again");
        }
        return hazelcast();
    }

    /** Whether all copies are made, and waiting for it. */
    ClusterSafety safety() {
        return safety;
    }

    /** How often members have come, gone or merged. */
    public long changes() {
        return changes.get();
    }

    /** What keeps this member from keeping its promises now; empty if nothing. Takes 3 s at most to find out. */
    public List<String> missing() {
        List<String> missing = missingInCluster();
        return missing.isEmpty()
                ? missing
                : Stream.concat(advertised.flatMap(AdvertisedAddress::fault).stream(), missing.stream())
                        .toList();
    }

    private List<String> missingInCluster() {
        List<String> missing = new ArrayList<>();
        Optional<HazelcastInstance> running = running();
        if (running.isEmpty()) {
            return List.of("its member of the " + cluster + " cluster is not running");
        }
        HazelcastInstance started = running.get();
        if (isLeaving(started)) {
            return List.of("its member is about to join the other part of the " + cluster + " cluster");
        }
        int members = started.getCluster().getMembers().size();
        if (members < minimumMembers) {
            missing.add("the " + cluster + " cluster has " + members + " of at least " + minimumMembers + " members");
        }
        Optional<Boolean> made = safety.made(ANSWER);
        if (made.isEmpty()) {
            missing.add("the " + cluster + " cluster does not say whether all copies are made");
        } else if (!made.get()) {
            missing.add("the " + cluster + " cluster is still making copies");
        }
        return missing;
    }

    /** What keeps its process from going on: that the member has ended, although nobody has closed it. Asks nobody. */
    public List<String> ended() {
        HazelcastInstance started = instance;
        return started == null || closed || started.getLifecycleService().isRunning()
                ? List.of()
                : List.of("its member of the " + cluster + " cluster has ended");
    }

    /** What this member is missing, and who is in its cluster. */
    public Health health() {
        TreeMap<String, String> facts = new TreeMap<>();
        if (running().isPresent()) {
            facts.put("members", members());
        }
        return new Health(missing(), facts);
    }

    /** The name of the replica that a member belongs to. */
    public static String replica(Member member) {
        String replica = member.getAttribute(MemberConfig.REPLICA);
        return replica == null ? member.getAddress().toString() : replica;
    }

    /** Leaves the cluster, having handed over what this member owned; takes 20 s at most. */
    @Override
    public void close() {
        closed = true;
        advertised.ifPresent(AdvertisedAddress::close);
        HazelcastInstance started = instance;
        if (started != null) {
            started.shutdown();
        }
    }
}
