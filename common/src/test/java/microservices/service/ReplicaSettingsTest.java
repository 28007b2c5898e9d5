package microservices.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaSettingsTest {

    @Test
    void hasADefaultForEverySetting() {
        assertEquals(
                new ReplicaSettings(
                        "facade-service-1",
                        8000,
                        5704,
                        "127.0.0.1",
                        List.of("127.0.0.1:5704", "127.0.0.1:5705", "127.0.0.1:5706", "127.0.0.1:5707"),
                        2,
                        512,
                        "info"),
                queue(Map.of()));
        assertEquals(
                new ReplicaSettings(
                        "logging-service-1",
                        8980,
                        5701,
                        "127.0.0.1",
                        List.of("127.0.0.1:5701", "127.0.0.1:5702", "127.0.0.1:5703"),
                        2,
                        512,
                        "info"),
                ReplicaSettings.ofLoggingCluster(new Environment(Map.of()), "logging-service-1", 8980, 5701));
    }

    @Test
    void readsEverySetting() {
        assertEquals(
                new ReplicaSettings("r", 1, 2, "10.0.0.1", List.of("a:3", "b:4"), 3, 7, "debug"),
                queue(Map.of(
                        "REPLICA", "r",
                        "HTTP_PORT", "1",
                        "MEMBER_PORT", "2",
                        "HOST_IP", "10.0.0.1",
                        "QUEUE_PEERS", "a:3,b:4",
                        "LOGGING_PEERS", "c:5",
                        "MINIMUM_MEMBERS", "3",
                        "MAX_REQUESTS", "7",
                        "LOG_LEVEL", "debug")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFO", " Info ", "info\r"})
    void takesTheNameOfALevelInAnyCase(String level) {
        assertEquals("info", queue(Map.of("LOG_LEVEL", level)).logLevel());
    }

    @Test
    void takesThePeersOfItsOwnCluster() {
        Environment env = new Environment(Map.of("QUEUE_PEERS", "a:1", "LOGGING_PEERS", "b:2"));
        assertEquals(
                List.of("a:1"), ReplicaSettings.ofQueueCluster(env, "r", 1, 2).peers());
        assertEquals(
                List.of("b:2"), ReplicaSettings.ofLoggingCluster(env, "r", 1, 2).peers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void takesAnEmptyHostIpAsNotSet(String empty) {
        assertEquals("127.0.0.1", queue(Map.of("HOST_IP", empty)).advertisedHost());
        assertEquals(
                "logging-service-1",
                queue(Map.of("HOST_IP", empty, "ADVERTISED_HOST", "logging-service-1"))
                        .advertisedHost());
    }

    @Test
    void prefersHostIpToAdvertisedHost() {
        ReplicaSettings settings = queue(Map.of("HOST_IP", "10.0.0.1", "ADVERTISED_HOST", "facade-service-1"));
        assertEquals("10.0.0.1", settings.advertisedHost());
    }

    @Test
    void looksForItsPeersAtHostIp_whenTheyAreNotSet() {
        assertEquals(
                List.of("10.0.0.1:5704", "10.0.0.1:5705", "10.0.0.1:5706", "10.0.0.1:5707"),
                queue(Map.of("HOST_IP", "10.0.0.1")).peers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "LocalHost"})
    void listensOnLoopbackOnly_whenThatIsWhatItAdvertises(String loopback) {
        ReplicaSettings settings = queue(Map.of("ADVERTISED_HOST", loopback));
        assertTrue(settings.loopbackOnly());
        assertEquals("127.0.0.1", settings.bindHosts().get(0));
        assertTrue(List.of("127.0.0.1", "::1").containsAll(settings.bindHosts()));
    }

    @Test
    void listensOnAllAddresses_whenItAdvertisesAnother() {
        ReplicaSettings settings = queue(Map.of("ADVERTISED_HOST", "facade-service-1"));
        assertFalse(settings.loopbackOnly());
        assertEquals(List.of("0.0.0.0"), settings.bindHosts());
    }

    @Test
    void saysWhatIsWrong_inAllOfThem() {
        Environment env = new Environment(Map.of(
                "REPLICA", "a b",
                "HTTP_PORT", "-1",
                "MEMBER_PORT", "x",
                "HOST_IP", "a:1",
                "QUEUE_PEERS", "a",
                "MINIMUM_MEMBERS", "0",
                "MAX_REQUESTS", "10001",
                "LOG_LEVEL", "loud"));
        ReplicaSettings.ofQueueCluster(env, "r", 1, 2);
        String faults = assertThrows(IllegalArgumentException.class, env::check).getMessage();
        assertEquals(
                List.of(
                        "HOST_IP",
                        "HTTP_PORT",
                        "LOG_LEVEL",
                        "MAX_REQUESTS",
                        "MEMBER_PORT",
                        "MINIMUM_MEMBERS",
                        "QUEUE_PEERS",
                        "REPLICA"),
                faults.lines()
                        .map(line -> line.substring(0, line.indexOf(':')))
                        .sorted()
                        .toList());
    }

    private static ReplicaSettings queue(Map<String, String> variables) {
        Environment env = new Environment(variables);
        ReplicaSettings settings = ReplicaSettings.ofQueueCluster(env, "facade-service-1", 8000, 5704);
        env.check();
        return settings;
    }
}
