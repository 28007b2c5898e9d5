package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HealthProbeHttpTest {

    private final Properties before = (Properties) System.getProperties().clone();

    private HttpServer replica;

    @BeforeEach
    void startsAReplica() throws IOException {
        replica = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        replica.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        replica.start();
    }

    @AfterEach
    void stopsTheReplica() {
        System.setProperties(before);
        replica.stop(0);
    }

    @Test
    void asksTheReplica() {
        assertEquals("", HealthProbe.missing("127.0.0.1", replica.getAddress().getPort()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http.proxy", "socksProxy"})
    void asksTheReplica_whateverProxyIsSet(String proxy) throws IOException {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map.of(
                            proxy + "Host",
                            "127.0.0.1",
                            proxy + "Port",
                            String.valueOf(nobody.getLocalPort()),
                            "http.nonProxyHosts",
                            "",
                            "socksNonProxyHosts",
                            "")
                    .forEach(System::setProperty);
            assertEquals(
                    "", HealthProbe.missing("127.0.0.1", replica.getAddress().getPort()));
        }
    }
}
