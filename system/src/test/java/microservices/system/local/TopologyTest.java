package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import microservices.system.local.Topology.Replica;
import org.junit.jupiter.api.Test;

class TopologyTest {

    private static final String HOST = "127.0.0.1";

    @Test
    void theUsualReplicasListenWhereTheReadmeSays() {
        assertEquals(
                List.of(
                        "logging-service-1 8980 5701",
                        "logging-service-2 8981 5702",
                        "logging-service-3 8982 5703",
                        "messages-service-1 8180 5706",
                        "messages-service-2 8181 5707",
                        "facade-service-1 8000 5704",
                        "facade-service-2 8001 5705"),
                Topology.USUAL.replicas().stream()
                        .map(replica -> replica.name() + " " + replica.httpPort() + " " + replica.memberPort())
                        .toList());
    }

    @Test
    void noTwoReplicasShareAPort_howeverManyThereAre() {
        int most = Topology.MOST_REPLICAS;
        List<Replica> replicas = new Topology(most, most, most, 1000).replicas();
        Set<Integer> ports = new HashSet<>();
        replicas.forEach(replica -> {
            ports.add(replica.httpPort());
            ports.add(replica.memberPort());
        });
        assertEquals(2 * 3 * most, ports.size());
    }

    @Test
    void tellsEachReplicaOfItsWholeCluster() {
        Topology topology = new Topology(1, 2, 1, 100);
        Map<String, String> facade = environment(topology, "facade-service-1", Map.of());
        assertEquals("127.0.0.1:5804,127.0.0.1:5806", facade.get("QUEUE_PEERS"));
        assertEquals("http://127.0.0.1:9080,http://127.0.0.1:9081", facade.get("LOGGING_URLS"));
        Map<String, String> logging = environment(topology, "logging-service-2", Map.of());
        assertEquals("127.0.0.1:5801,127.0.0.1:5802", logging.get("LOGGING_PEERS"));
        assertEquals("9081", logging.get("HTTP_PORT"));
        assertEquals("5802", logging.get("MEMBER_PORT"));
    }

    @Test
    void tellsEachReplicaWhereTheOthersStand_whenEachHasAHostOfItsOwn() {
        Topology topology = new Topology(1, 2, 1, 0);
        Map<String, String> facade = topology.environment(
                topology.replicas(Service.FACADE).get(0), replica -> replica.name() + ".test", Map.of());
        assertEquals("facade-service-1.test:5704,messages-service-1.test:5706", facade.get("QUEUE_PEERS"));
        assertEquals("logging-service-1.test:5701,logging-service-2.test:5702", facade.get("LOGGING_PEERS"));
        assertEquals(
                "http://logging-service-1.test:8980,http://logging-service-2.test:8981", facade.get("LOGGING_URLS"));
    }

    @Test
    void aLoneLoggingReplicaMayWrite() {
        Topology topology = new Topology(1, 1, 1, 0);
        assertEquals("1", environment(topology, "logging-service-1", Map.of()).get("MINIMUM_MEMBERS"));
        assertEquals("2", environment(topology, "facade-service-1", Map.of()).get("MINIMUM_MEMBERS"));
    }

    @Test
    void whatTheUserHasSetStays_butNamesAndPorts() {
        Map<String, String> user = Map.of("QUEUE_PEERS", "10.0.0.1:5704", "LOGGING_URLS", " ", "HTTP_PORT", "1");
        Map<String, String> facade = environment(Topology.USUAL, "facade-service-2", user);
        assertEquals("10.0.0.1:5704", facade.get("QUEUE_PEERS"));
        assertEquals("8001", facade.get("HTTP_PORT"));
        assertEquals(3, facade.get("LOGGING_URLS").split(",").length);
    }

    @Test
    void isTheSame_whenReadBack() {
        Topology topology = new Topology(1, 2, 3, 4);
        assertEquals(topology, Topology.fromProperties(topology.toProperties()));
    }

    private static Map<String, String> environment(Topology topology, String name, Map<String, String> base) {
        Replica replica = topology.replicas().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
        return topology.environment(replica, any -> HOST, base);
    }
}
