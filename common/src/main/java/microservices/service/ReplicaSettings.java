package microservices.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Set;

/**
 * The settings that every service has; each has a default that works.
 *
 * @param replica {@code REPLICA}: this replica's name, in logs and headers
 * @param httpPort {@code HTTP_PORT}: where it listens for HTTP, 0 to 65535
 * @param memberPort {@code MEMBER_PORT}: where its Hazelcast member listens, 0 to 65535
 * @param advertisedHost {@code HOST_IP}, or else {@code ADVERTISED_HOST}: how others reach this replica; default
 *     127.0.0.1, and then it listens on loopback only
 * @param peers {@code QUEUE_PEERS} or {@code LOGGING_PEERS}: the members of its cluster as host:port, itself included
 * @param minimumMembers {@code MINIMUM_MEMBERS}: how many members a cluster needs to take writes, at least 1
 * @param maxRequests {@code MAX_REQUESTS}: how many requests may be under way; one more is answered 503
 * @param logLevel {@code LOG_LEVEL}: trace, debug, info, warn or error, in any case
 */
public record ReplicaSettings(
        String replica,
        int httpPort,
        int memberPort,
        String advertisedHost,
        List<String> peers,
        int minimumMembers,
        int maxRequests,
        String logLevel) {

    /** The members that stand on one machine without Docker, as {@code ./run} starts them. */
    private static final List<Integer> QUEUE_PORTS = List.of(5704, 5705, 5706, 5707);

    private static final List<Integer> LOGGING_PORTS = List.of(5701, 5702, 5703);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String IPV6_LOOPBACK = "::1";

    /** For a facade or a messages replica. */
    public static ReplicaSettings ofQueueCluster(Environment env, String replica, int httpPort, int memberPort) {
        return read(env, replica, httpPort, memberPort, "QUEUE_PEERS", QUEUE_PORTS);
    }

    /** For a logging replica. */
    public static ReplicaSettings ofLoggingCluster(Environment env, String replica, int httpPort, int memberPort) {
        return read(env, replica, httpPort, memberPort, "LOGGING_PEERS", LOGGING_PORTS);
    }

    private static ReplicaSettings read(
            Environment env, String replica, int httpPort, int memberPort, String peers, List<Integer> peerPorts) {
        String host = env.host("HOST_IP", env.host("ADVERTISED_HOST", LOOPBACK));
        return new ReplicaSettings(
                env.name("REPLICA", replica),
                env.port("HTTP_PORT", httpPort),
                env.port("MEMBER_PORT", memberPort),
                host,
                env.addresses(
                        peers, peerPorts.stream().map(port -> host + ":" + port).toList()),
                env.number("MINIMUM_MEMBERS", 2, 1, 1000),
                env.number("MAX_REQUESTS", 512, 1, 10_000),
                env.word("LOG_LEVEL", "info", Set.of("trace", "debug", "info", "warn", "error")));
    }

    /** Whether only this machine is meant to reach this replica. */
    public boolean loopbackOnly() {
        return advertisedHost.equals(LOOPBACK) || advertisedHost.equalsIgnoreCase("localhost");
    }

    /** The addresses that the HTTP server listens on: all, those of IPv6 too, or the loopback ones that there are. */
    public List<String> bindHosts() {
        if (!loopbackOnly()) {
            return List.of("0.0.0.0"); // Java opens a socket for both families where the machine has both
        }
        return hasIpv6Loopback() ? List.of(LOOPBACK, IPV6_LOOPBACK) : List.of(LOOPBACK);
    }

    private static boolean hasIpv6Loopback() {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByName(IPV6_LOOPBACK)) != null;
        } catch (IOException e) {
            return false;
        }
    }
}
