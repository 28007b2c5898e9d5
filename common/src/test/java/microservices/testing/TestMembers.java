package microservices.testing;

import com.hazelcast.config.Config;
import com.hazelcast.config.TcpIpConfig;
import com.hazelcast.core.HazelcastInstance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import microservices.cluster.ClusterMember;
import microservices.message.Refusal;
import microservices.queue.QueueCluster;
import microservices.service.Environment;
import microservices.service.ReplicaSettings;

/**
 * A cluster of real members on loopback, in this JVM. They have the settings that the services have, but for fewer
 * partitions, which makes them faster, and a cluster name of their own. Members are numbered from 0 in the order of
 * their start; a crash or a departure does not change the numbers. Closing it ends all of them.
 */
public final class TestMembers implements AutoCloseable {

    /** How many members one cluster of a test may start. */
    private static final int MOST_MEMBERS = 6;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final AtomicInteger CLUSTERS = new AtomicInteger();

    private final String name = "test-" + CLUSTERS.incrementAndGet();
    private final List<Integer> ports = FreePorts.of(MOST_MEMBERS);
    private final List<ClusterMember> members = new ArrayList<>();
    private final List<TcpIpConfig> peers = new ArrayList<>();
    private final Map<String, String> variables;

    /** The ports of those that a member to come is told of. */
    private List<Integer> told = ports;

    private TestMembers(Map<String, String> variables) {
        this.variables = variables;
    }

    /** No member yet. */
    public static TestMembers none() {
        return new TestMembers(Map.of());
    }

    /** No member yet; those to come have these environment variables beside ports and peers. */
    public static TestMembers none(Map<String, String> variables) {
        return new TestMembers(variables);
    }

    /**
     * A cluster of that many members that are alike.
     *
     * @param kind the configuration of each
     */
    public static TestMembers of(Function<ReplicaSettings, Config> kind, int count) {
        return started(none(), members -> {
            for (int i = 0; i < count; i++) {
                members.start(kind);
            }
        });
    }

    /** A queue cluster: that many facades, then a messages member for each holder. */
    public static TestMembers ofQueue(int facades, UUID... holders) {
        return started(none(), members -> {
            for (int i = 0; i < facades; i++) {
                members.startFacade();
            }
            Arrays.stream(holders).forEach(members::startMessages);
        });
    }

    private interface Start {
        void run(TestMembers members);
    }

    private static TestMembers started(TestMembers members, Start start) {
        try {
            start.run(members);
            members.awaitEstablished();
            return members;
        } catch (RuntimeException | Error e) {
            members.close();
            throw e;
        }
    }

    /** Starts one more member of a kind. */
    public ClusterMember start(Function<ReplicaSettings, Config> kind) {
        return start("test", kind.apply(ReplicaSettings.ofQueueCluster(env("QUEUE_PEERS"), "x", 0, 0)));
    }

    /** Starts one more facade's member. */
    public ClusterMember startFacade() {
        return start("queue", nextFacade());
    }

    private Config nextFacade() {
        Environment env = env("QUEUE_PEERS");
        return QueueCluster.facade(ReplicaSettings.ofQueueCluster(env, "x", 0, 0), env.queueCapacity(), 0);
    }

    /** Starts one more messages replica's member. */
    public ClusterMember startMessages(UUID holder) {
        Environment env = env("QUEUE_PEERS");
        ReplicaSettings settings = ReplicaSettings.ofQueueCluster(env, "x", 0, 0);
        return start("queue", QueueCluster.messages(settings, env.queueCapacity(), holder, 8180));
    }

    /** The environment of the next member, as compose.yaml would set it: an empty HOST_IP means that it is not set. */
    private Environment env(String peers) {
        Map<String, String> all = new HashMap<>(variables);
        all.putIfAbsent("HOST_IP", "");
        all.put("REPLICA", name + "-" + members.size());
        all.put("MEMBER_PORT", String.valueOf(ports.get(members.size())));
        all.put(peers, told.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
        Environment env = new Environment(all);
        ReplicaSettings.ofQueueCluster(env, "x", 0, 0);
        env.check();
        return env;
    }

    private ClusterMember start(String cluster, Config config) {
        config.setClusterName(name);
        config.setProperty("hazelcast.partition.count", "31");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        // What holds up one connection holds up all, so that a test can see it.
        config.setProperty("hazelcast.io.output.thread.count", "1");
        ClusterMember member = new ClusterMember(cluster, 2);
        members.add(member);
        peers.add(config.getAdvancedNetworkConfig().getJoin().getTcpIpConfig());
        member.start(config);
        return member;
    }

    /** Listens where the members expect another one; nobody has been there before. */
    public ServerSocket openPeer() throws IOException {
        return new ServerSocket(ports.get(MOST_MEMBERS - 1), 1, InetAddress.getLoopbackAddress());
    }

    /** Members to come are told of these only, so that they make a cluster of their own. */
    public void tellOf(int from, int to) {
        told = ports.subList(from, to);
    }

    /** From now on these members know of all, and so find the parts of the cluster that they are not in. */
    public void tellOfAll(int from, int to) {
        List<String> all = ports.stream().map(port -> "127.0.0.1:" + port).toList();
        peers.subList(from, to).forEach(known -> known.setMembers(all));
    }

    /** Waits until each of these members is established and sees that many members. */
    public void awaitPart(int from, int to, int size) {
        Await.until(
                LIMIT,
                "members " + from + " to " + (to - 1) + " see " + size,
                () -> members.subList(from, to).stream().allMatch(member -> sees(member, size)));
    }

    private static boolean sees(ClusterMember member, int size) {
        return member.established()
                && !member.merging()
                && member.hazelcast().getCluster().getMembers().size() == size;
    }

    public ClusterMember get(int index) {
        return members.get(index);
    }

    public HazelcastInstance hazelcast(int index) {
        return members.get(index).hazelcast();
    }

    /** Ends the members as kill -9 does, all of them at once: nothing is handed over. Waits until the others know. */
    public void crash(int... indexes) {
        terminate(Arrays.stream(indexes).mapToObj(members::get).toList());
        awaitView();
    }

    /** Ends one member as SIGTERM does: it hands over what it owns. Waits until the others know. */
    public void leave(int index) {
        members.get(index).close();
        awaitView();
    }

    private static void terminate(List<ClusterMember> condemned) {
        List<Thread> killers = condemned.stream()
                .map(member -> new Thread(
                        () -> member.hazelcast().getLifecycleService().terminate()))
                .toList();
        killers.forEach(Thread::start);
        killers.forEach(TestMembers::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join(LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until each running member is established, and sees all the others and no more. */
    public void awaitEstablished() {
        awaitView();
        Await.until(LIMIT, name + " is established", () -> running().stream().allMatch(ClusterMember::established));
        awaitSafe();
    }

    /** Waits until the running members have made all copies, so that each has its share of the ledger. */
    public void awaitSafe() {
        Await.until(
                LIMIT,
                name + " has made all copies",
                () -> running().stream()
                        .allMatch(member ->
                                member.hazelcast().getPartitionService().isClusterSafe()));
    }

    private void awaitView() {
        List<ClusterMember> running = running();
        Await.until(
                LIMIT,
                name + " sees " + running.size() + " members",
                () -> running.stream()
                        .allMatch(member ->
                                member.hazelcast().getCluster().getMembers().size() == running.size()));
    }

    private List<ClusterMember> running() {
        return members.stream().filter(TestMembers::isRunning).toList();
    }

    private static boolean isRunning(ClusterMember member) {
        try {
            return member.hazelcast().getLifecycleService().isRunning();
        } catch (Refusal e) {
            return false; // its start failed
        }
    }

    /** Ends all members at once; nothing is handed over, since nobody is left to need it. */
    @Override
    public void close() {
        terminate(running());
    }
}
