package microservices.system.local;

import java.util.List;
import java.util.Map;
import microservices.system.local.Topology.Replica;

/** All replicas side by side on this host, told apart by their ports. */
record ThisHost(String address) implements Placement {

    /** Replicas that reach each other by {@code HOST_IP}, or by loopback if that is not set. */
    static ThisHost of(Map<String, String> environment) {
        String hostIp = environment.getOrDefault("HOST_IP", "").strip();
        return new ThisHost(hostIp.isEmpty() ? "127.0.0.1" : hostIp);
    }

    @Override
    public String host(Replica replica) {
        return address;
    }

    @Override
    public List<String> command(Replica replica, List<String> command) {
        return command;
    }

    @Override
    public Map<String, String> environment(Replica replica) {
        return Map.of();
    }
}
