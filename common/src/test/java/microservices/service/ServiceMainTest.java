package microservices.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for the whole JVM of a service, so each test has one of its own. */
@Timeout(30)
class ServiceMainTest {

    /** A service whose start says by which proxy selector it would ask others. */
    static final class TellsTheProxy {
        public static void main(String[] args) {
            ServiceMain.run(() -> System.out.print(ProxySelector.getDefault()));
        }
    }

    @Test
    void asksNobodyThroughAProxy_thatIsSetForTheJvm() throws Exception {
        Process service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dhttp.proxyHost=127.0.0.1",
                        "-Dhttp.proxyPort=1",
                        "-DsocksProxyHost=127.0.0.1",
                        "-Dhttp.nonProxyHosts=",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TellsTheProxy.class.getName())
                .start();
        try {
            String said = new String(service.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals("null", said);
            assertEquals(true, service.waitFor(10, TimeUnit.SECONDS));
        } finally {
            service.destroyForcibly();
        }
    }
}
