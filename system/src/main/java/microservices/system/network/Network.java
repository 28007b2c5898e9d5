package microservices.system.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import microservices.system.local.Command;
import microservices.system.local.Placement;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;

/**
 * A network of Linux network namespaces, one for each replica, so that real packets between replicas can be dropped or
 * delayed. This process and its clients reach every replica from outside. What a killed
 * process has left is removed by the next one. For one thread; needs root, see {@link #unavailable}.
 */
public final class Network implements Placement, AutoCloseable {

    private static final int SUBNETS = 254;
    private static final int CLIENTS = 254;
    /** The address from which the relay of a slow replica connects, above that of the replica. */
    private static final int RELAY = 100;

    private final List<Replica> replicas;
    private final Map<Replica, SlowLink> slow = new HashMap<>();

    private int subnet;
    private String prefix = "";

    public Network(Topology topology) {
        this.replicas = topology.replicas();
    }

    /** Why there can be no such network here; empty if there can. */
    public static Optional<String> unavailable() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("network namespaces are a thing of Linux");
        }
        for (String command : List.of("ip", "iptables")) {
            if (!Command.exists(command)) {
                return Optional.of("there is no command " + command + " (packages iproute2, iptables)");
            }
        }
        Topology small = new Topology(1, 1, 1, 0);
        Replica one = small.replicas().get(0);
        try (Network trial = new Network(small)) {
            if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                return Optional.of("network namespaces need root");
            }
            trial.open();
            trial.cutFromClients(Set.of(one));
            trial.namespace(one).iptables("-t", "nat", "-A", "OUTPUT", "-p", "tcp", "-j", "REDIRECT");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("network namespaces do not work here: " + e.getMessage());
        }
    }

    /** Builds the network. If that fails, nothing is left of it. */
    public void open() throws IOException {
        NetworkRemains.removeOfDeadProcesses();
        subnet = freeSubnet();
        prefix = NetworkRemains.prefix(subnet);
        try {
            build();
        } catch (IOException | RuntimeException e) {
            try {
                close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** The bridge has a namespace of its own: in this one Docker has bridged packets pass its firewall. */
    private void build() throws IOException {
        NetworkNamespace bridge = new NetworkNamespace(prefix + "-switch");
        bridge.create();
        Command.run("ip", "-n", bridge.name(), "link", "add", "br0", "type", "bridge");
        Command.run("ip", "-n", bridge.name(), "link", "set", "br0", "up");
        Command.run("ip", "link", "add", prefix, "type", "veth", "peer", "name", "p0", "netns", bridge.name());
        Command.run("ip", "-n", bridge.name(), "link", "set", "p0", "master", "br0", "up");
        Command.run("ip", "addr", "add", address(CLIENTS) + "/24", "dev", prefix);
        Command.run("ip", "link", "set", prefix, "up");
        for (Replica replica : replicas) {
            NetworkNamespace own = namespace(replica);
            String port = "p" + number(replica);
            own.create();
            Command.run(("ip link add " + port + " netns " + bridge.name() + " type veth peer name eth0 netns "
                            + own.name())
                    .split(" "));
            Command.run("ip", "-n", bridge.name(), "link", "set", port, "master", "br0", "up");
            Command.run("ip", "-n", own.name(), "addr", "add", host(replica) + "/24", "dev", "eth0");
            Command.run("ip", "-n", own.name(), "link", "set", "eth0", "up");
        }
    }

    private static int freeSubnet() throws IOException {
        String used = Command.run("ip", "-4", "addr", "show") + "\n"
                + Command.run("ip", "-4", "route", "show", "table", "all");
        int first = (int) (ProcessHandle.current().pid() % SUBNETS);
        for (int i = 0; i < SUBNETS; i++) {
            int candidate = (first + i) % SUBNETS + 1;
            if (!used.contains("10.213." + candidate + ".")) {
                return candidate;
            }
        }
        throw new IOException("every network from 10.213.1.0/24 to 10.213." + SUBNETS + ".0/24 is in use");
    }

    private String address(int number) {
        return "10.213." + subnet + "." + number;
    }

    private int number(Replica replica) {
        int number = replicas.indexOf(replica) + 1;
        if (number == 0) {
            throw new IllegalArgumentException(replica.name() + " is not in this network");
        }
        return number;
    }

    private String relayAddress(Replica replica) {
        return address(RELAY + number(replica));
    }

    private NetworkNamespace namespace(Replica replica) {
        return new NetworkNamespace(prefix + "-" + replica.name());
    }

    /** What the names of this network's namespaces and of its link begin with. */
    String prefix() {
        return prefix;
    }

    @Override
    public String host(Replica replica) {
        return address(number(replica));
    }

    @Override
    public List<String> command(Replica replica, List<String> command) {
        return namespace(replica).command(command);
    }

    @Override
    public Map<String, String> environment(Replica replica) {
        return Map.of("HOST_IP", "", "ADVERTISED_HOST", host(replica));
    }

    /** From now on no packet passes between one of these and one of those, either way. They vanish without a word. */
    public void cut(Set<Replica> these, Set<Replica> those) throws IOException {
        cutOneWay(these, those);
        cutOneWay(those, these);
    }

    /** From now on what these send does not reach those. */
    public void cutOneWay(Set<Replica> from, Set<Replica> to) throws IOException {
        for (Replica receiver : to) {
            Set<String> senders = new LinkedHashSet<>();
            for (Replica sender : from) {
                if (!sender.equals(receiver)) {
                    senders.add(host(sender));
                    senders.add(relayAddress(sender));
                }
            }
            if (!senders.isEmpty()) {
                namespace(receiver).iptables("-A", "INPUT", "-s", String.join(",", senders), "-j", "DROP");
            }
        }
    }

    /** From now on no packet passes between these and whoever is outside of the network. */
    void cutFromClients(Set<Replica> these) throws IOException {
        for (Replica replica : these) {
            namespace(replica).iptables("-A", "INPUT", "-s", address(CLIENTS), "-j", "DROP");
            namespace(replica).iptables("-A", "OUTPUT", "-d", address(CLIENTS), "-j", "DROP");
        }
    }

    /** Ends every cut. */
    public void heal() throws IOException {
        for (Replica replica : replicas) {
            namespace(replica).iptables("-F");
        }
    }

    /**
     * From now on every new connection to and from this replica's ports has each piece of data delayed by 50 to 150 ms,
     * each way. Connections that are there stay as they are: call it before the replica starts.
     */
    void slow(Replica replica) throws IOException {
        slow(replica, "");
    }

    /** The same between it and the other replicas; clients reach it as fast as before. */
    public void slowAmongReplicas(Replica replica) throws IOException {
        slow(replica, address(CLIENTS));
    }

    /** How long a replica's HTTP port takes to answer when another one connects to it. */
    public Duration answerTime(Replica from, Replica to) throws IOException {
        long start = System.nanoTime();
        namespace(from)
                .run(
                        "bash",
                        "-c",
                        "exec 3<>/dev/tcp/" + host(to) + "/" + to.httpPort()
                                + " && printf 'GET /none HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void slow(Replica replica, String spared) throws IOException {
        if (slow.containsKey(replica)) {
            return;
        }
        List<String> others = new ArrayList<>();
        for (Replica other : replicas) {
            if (!other.equals(replica)) {
                others.add(host(other) + ":" + other.httpPort());
                others.add(host(other) + ":" + other.memberPort());
            }
        }
        SlowLink link = new SlowLink(namespace(replica), host(replica), relayAddress(replica), spared);
        slow.put(replica, link);
        link.open(List.of(replica.httpPort(), replica.memberPort()), others);
    }

    /** Ends what {@link #slow} began. The delayed connections are reset. */
    public void fast(Replica replica) throws IOException {
        SlowLink link = slow.remove(replica);
        if (link != null) {
            link.close();
        }
    }

    /** Removes the network, and kills what runs in it. */
    @Override
    public void close() throws IOException {
        slow.clear(); // the relays run in the network
        if (!prefix.isEmpty()) {
            NetworkRemains.remove(prefix);
        }
    }
}
