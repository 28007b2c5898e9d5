package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import microservices.service.Environment;
import org.junit.jupiter.api.Test;

class FacadeSettingsTest {

    @Test
    void hasADefaultForEverySetting() {
        FacadeSettings settings = read(Map.of());
        assertEquals("facade-service-1", settings.replica().replica());
        assertEquals(8000, settings.replica().httpPort());
        assertEquals(5704, settings.replica().memberPort());
        assertEquals(100_000, settings.queueCapacity());
        assertEquals(
                List.of("http://127.0.0.1:8980", "http://127.0.0.1:8981", "http://127.0.0.1:8982"),
                settings.loggingUrls());
    }

    @Test
    void looksForTheLogAtHostIp_whenOnlyThatIsSet() {
        assertEquals(
                List.of("http://10.0.0.1:8980", "http://10.0.0.1:8981", "http://10.0.0.1:8982"),
                read(Map.of("HOST_IP", "10.0.0.1")).loggingUrls());
    }

    @Test
    void takesTheUrlsThatAreSet() {
        Map<String, String> both = Map.of(
                "DEFAULT_LOGGING_URLS", "http://logging-service-1:8980", "LOGGING_URLS", "http://a:1,http://b:2");
        assertEquals(List.of("http://a:1", "http://b:2"), read(both).loggingUrls());
    }

    @Test
    void takesTheContainersUrls_whenTheUrlsAreEmpty() {
        Map<String, String> inContainers =
                Map.of("DEFAULT_LOGGING_URLS", "http://logging-service-1:8980", "LOGGING_URLS", "", "HOST_IP", "");
        assertEquals(
                List.of("http://logging-service-1:8980"), read(inContainers).loggingUrls());
    }

    @Test
    void readsTheCapacity() {
        assertEquals(5, read(Map.of("QUEUE_CAPACITY", "5")).queueCapacity());
    }

    @Test
    void hasALivePage_unlessItIsOff() {
        assertTrue(read(Map.of()).livePage());
        assertTrue(read(Map.of("LIVE_PAGE", "ON")).livePage());
        assertFalse(read(Map.of("LIVE_PAGE", "off")).livePage());
    }

    @Test
    void saysAllFaultsAtOnce() {
        Map<String, String> wrong = Map.of(
                "HTTP_PORT", "http",
                "QUEUE_CAPACITY", "0",
                "QUEUE_PEERS", "facade-service-1",
                "LOGGING_URLS", "logging-service-1:8980",
                "LIVE_PAGE", "perhaps",
                "MINIMUM_MEMBERS", "none");
        String faults =
                assertThrows(IllegalArgumentException.class, () -> read(wrong)).getMessage();
        assertEquals(
                List.of(
                        "HTTP_PORT: http (expected: 0 to 65535)",
                        "LIVE_PAGE: perhaps (expected: one of [off, on])",
                        "LOGGING_URLS: logging-service-1:8980 (expected: a list of http://host:port, separated by commas)",
                        "MINIMUM_MEMBERS: none (expected: 1 to 1000)",
                        "QUEUE_CAPACITY: 0 (expected: >= 1)",
                        "QUEUE_PEERS: facade-service-1 (expected: a list of host:port, separated by commas)"),
                faults.lines().sorted().toList());
    }

    private static FacadeSettings read(Map<String, String> variables) {
        return FacadeSettings.read(new Environment(variables));
    }
}
