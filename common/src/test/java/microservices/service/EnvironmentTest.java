package microservices.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    private static final List<String> DEFAULTS = List.of("127.0.0.1:1");

    @Test
    void saysAllFaultsAtOnce_eachWithVariableValueAndWhatWasExpected() {
        Environment env = new Environment(Map.of(
                "QUEUE_CAPACITY", "0",
                "HTTP_PORT", "80a",
                "LOG_LEVEL", "loud",
                "REPLICA", "a b",
                "HOST_IP", "1.2.3.4:80",
                "QUEUE_PEERS", "a:1,b",
                "LOGGING_URLS", "https://a:1"));
        env.queueCapacity();
        env.port("HTTP_PORT", 1);
        env.word("LOG_LEVEL", "info", Set.of("info", "debug"));
        env.name("REPLICA", "r");
        env.host("HOST_IP", "localhost");
        env.addresses("QUEUE_PEERS", DEFAULTS);
        env.urls("LOGGING_URLS", List.of());

        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, env::check);
        assertEquals(
                List.of(
                        "QUEUE_CAPACITY: 0 (expected: >= 1)",
                        "HTTP_PORT: 80a (expected: 0 to 65535)",
                        "LOG_LEVEL: loud (expected: one of [debug, info])",
                        "REPLICA: a b (expected: letters, digits, '.', '-' and '_')",
                        "HOST_IP: 1.2.3.4:80 (expected: one host name or IPv4 address, without a port)",
                        "QUEUE_PEERS: a:1,b (expected: a list of host:port, separated by commas)",
                        "LOGGING_URLS: https://a:1 (expected: a list of http://host:port, separated by commas)"),
                error.getMessage().lines().toList());
    }

    @Test
    void hasNoFault_whenAllIsAsExpected() {
        Environment env = new Environment(Map.of("QUEUE_CAPACITY", " 7 ", "LOGGING_URLS", "http://a:1/, HTTP://b:2"));
        assertEquals(7, env.queueCapacity());
        assertEquals(List.of("http://a:1", "http://b:2"), env.urls("LOGGING_URLS", List.of()));
        env.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void countsABlankVariableAsNotSet(String blank) {
        Environment env = new Environment(Map.of("HTTP_PORT", blank, "HOST_IP", blank, "PEERS", blank));
        assertEquals(8000, env.port("HTTP_PORT", 8000));
        assertEquals("localhost", env.host("HOST_IP", "localhost"));
        assertEquals(DEFAULTS, env.addresses("PEERS", DEFAULTS));
        env.check();
    }

    @Test
    void readsTheDefaultVariable_whenTheListIsNotSet() {
        Environment env = new Environment(Map.of("DEFAULT_PEERS", "a:1,b:2", "PEERS", ""));
        assertEquals(List.of("a:1", "b:2"), env.addresses("PEERS", DEFAULTS));
        env.check();
    }

    @Test
    void prefersTheListToTheDefaultVariable() {
        Environment env = new Environment(Map.of("DEFAULT_PEERS", "a:1", "PEERS", "c:3"));
        assertEquals(List.of("c:3"), env.addresses("PEERS", DEFAULTS));
        env.check();
    }

    @Test
    void namesTheDefaultVariable_whenThatIsWrong() {
        Environment env = new Environment(Map.of("DEFAULT_PEERS", "a"));
        env.addresses("PEERS", DEFAULTS);
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, env::check);
        assertEquals("DEFAULT_PEERS: a (expected: a list of host:port, separated by commas)", error.getMessage());
    }

    @Test
    void dropsSpacesAndRepetitionsFromAList() {
        Environment env = new Environment(Map.of("PEERS", " a:1 , b:2,a:1"));
        assertEquals(List.of("a:1", "b:2"), env.addresses("PEERS", DEFAULTS));
        env.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65535"})
    void takesAPortAtEitherEndOfTheRange(String port) {
        Environment env = new Environment(Map.of("HTTP_PORT", port));
        assertEquals(Integer.parseInt(port), env.port("HTTP_PORT", 8000));
        env.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "1.5", "0x10", "99999999999", "8000 8001"})
    void refusesWhatIsNoPort(String port) {
        assertFault(Map.of("HTTP_PORT", port), env -> env.port("HTTP_PORT", 8000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "a:", ":1", "a:0", "a:65536", "a:b", "a:1:2", "a:1,,b:2", ",", "a b:1", "-a:1", "::1:80"})
    void refusesWhatIsNoAddress(String peers) {
        assertFault(Map.of("PEERS", peers), env -> env.addresses("PEERS", DEFAULTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a:1", "http://a", "http://a:b", "http://a:1/logs", "http://user@a:1", "http://:1", "http://a:1;"
            })
    void refusesWhatIsNoUrl(String urls) {
        assertFault(Map.of("URLS", urls), env -> env.urls("URLS", DEFAULTS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "a,b", "é", "a\nb"})
    void refusesWhatIsNoName(String name) {
        assertFault(Map.of("REPLICA", name), env -> env.name("REPLICA", "r"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:1", "http://a", "a,b", "a.", "-a", "fe80::1", "é"})
    void refusesWhatIsNoHost(String host) {
        assertFault(Map.of("HOST_IP", host), env -> env.host("HOST_IP", "localhost"));
    }

    private interface Reading {
        void from(Environment env);
    }

    private static void assertFault(Map<String, String> variables, Reading reading) {
        Environment env = new Environment(variables);
        reading.from(env);
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, env::check);
        Map.Entry<String, String> variable = variables.entrySet().iterator().next();
        String start = variable.getKey() + ": " + variable.getValue() + " (expected: ";
        assertEquals(
                start,
                error.getMessage()
                        .substring(
                                0, Math.min(start.length(), error.getMessage().length())));
    }
}
