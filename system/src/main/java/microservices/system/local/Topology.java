package microservices.system.local;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;

/**
 * Which replicas a system on this machine has, where they listen, and what each is told.
 *
 * @param facades how many facades, 1 to 20
 * @param loggings how many logging replicas, 1 to 20
 * @param messages how many messages replicas, 1 to 20
 * @param portOffset added to every port, so that two systems can stand on one machine
 */
public record Topology(int facades, int loggings, int messages, int portOffset) {

    public static final int MOST_REPLICAS = 20;

    public static final Topology USUAL = new Topology(
            Service.FACADE.usualReplicas(), Service.LOGGING.usualReplicas(), Service.MESSAGES.usualReplicas(), 0);

    static final Topology LARGEST = new Topology(MOST_REPLICAS, MOST_REPLICAS, MOST_REPLICAS, 0);

    /** One replica: which service it is, and where it listens. */
    public record Replica(String name, Service service, int httpPort, int memberPort) {}

    /** The same replicas, with that added to every port. */
    public Topology at(int offset) {
        return new Topology(facades, loggings, messages, offset);
    }

    public static String names(List<Replica> replicas) {
        return String.join(", ", replicas.stream().map(Replica::name).toList());
    }

    /** All replicas; those whose start others wait for come first. */
    public List<Replica> replicas() {
        List<Replica> replicas = new ArrayList<>();
        replicas.addAll(replicas(Service.LOGGING));
        replicas.addAll(replicas(Service.MESSAGES));
        replicas.addAll(replicas(Service.FACADE));
        return replicas;
    }

    public List<Replica> replicas(Service service) {
        List<Replica> replicas = new ArrayList<>();
        for (int n = 1; n <= count(service); n++) {
            replicas.add(new Replica(
                    service.replica(n), service, service.httpPort(n) + portOffset, service.memberPort(n) + portOffset));
        }
        return replicas;
    }

    private int count(Service service) {
        return switch (service) {
            case FACADE -> facades;
            case LOGGING -> loggings;
            case MESSAGES -> messages;
        };
    }

    /**
     * The environment of a replica: what is set already stays, but for its name and ports.
     *
     * @param host how the others reach a replica
     */
    Map<String, String> environment(Replica replica, Function<Replica, String> host, Map<String, String> base) {
        Map<String, String> environment = new HashMap<>(base);
        boolean logging = replica.service() == Service.LOGGING;
        int members = logging ? loggings : facades + messages;
        setIfBlank(environment, "QUEUE_PEERS", queuePeers(host));
        setIfBlank(environment, "LOGGING_PEERS", peers(host, replicas(Service.LOGGING)));
        setIfBlank(environment, "LOGGING_URLS", loggingUrls(host));
        setIfBlank(environment, "MINIMUM_MEMBERS", String.valueOf(Math.min(2, members)));
        environment.put("REPLICA", replica.name());
        environment.put("HTTP_PORT", String.valueOf(replica.httpPort()));
        environment.put("MEMBER_PORT", String.valueOf(replica.memberPort()));
        return environment;
    }

    private static void setIfBlank(Map<String, String> environment, String variable, String value) {
        if (environment.getOrDefault(variable, "").isBlank()) {
            environment.put(variable, value);
        }
    }

    private String queuePeers(Function<Replica, String> host) {
        return peers(host, replicas(Service.FACADE)) + "," + peers(host, replicas(Service.MESSAGES));
    }

    private static String peers(Function<Replica, String> host, List<Replica> replicas) {
        return String.join(
                ",",
                replicas.stream()
                        .map(replica -> host.apply(replica) + ":" + replica.memberPort())
                        .toList());
    }

    private String loggingUrls(Function<Replica, String> host) {
        return String.join(
                ",",
                replicas(Service.LOGGING).stream()
                        .map(replica -> "http://" + host.apply(replica) + ":" + replica.httpPort())
                        .toList());
    }

    Properties toProperties() {
        Properties properties = new Properties();
        properties.setProperty("facades", String.valueOf(facades));
        properties.setProperty("loggings", String.valueOf(loggings));
        properties.setProperty("messages", String.valueOf(messages));
        properties.setProperty("portOffset", String.valueOf(portOffset));
        return properties;
    }

    static Topology fromProperties(Properties properties) {
        return new Topology(
                Integer.parseInt(properties.getProperty("facades")),
                Integer.parseInt(properties.getProperty("loggings")),
                Integer.parseInt(properties.getProperty("messages")),
                Integer.parseInt(properties.getProperty("portOffset")));
    }
}
