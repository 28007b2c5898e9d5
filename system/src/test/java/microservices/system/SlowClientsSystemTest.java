package microservices.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** As many slow clients as a real facade allows, and more, beside a quick one. */
@ExtendWith(TestSystem.Shared.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SlowClientsSystemTest {

    private static final int MORE_THAN_REQUESTS = 600;
    private static final int MORE_THAN_CONNECTIONS = 2200;
    private static final int QUICK_MILLIS = 5000;

    private final List<Socket> slow = new ArrayList<>();

    @Test
    void aQuickClientIsServed_besideBodiesThatDripAndIdleConnections(TestSystem system) throws Exception {
        int port = system.replica("facade-service-1").httpPort();
        try {
            for (int i = 0; i < MORE_THAN_REQUESTS; i++) {
                begin(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{");
            }
            assertQuick(port);
            for (int i = 0; i < MORE_THAN_CONNECTIONS; i++) {
                begin(port, i % 2 == 0 ? "" : "POST / HTTP/1.1\r\nHost");
            }
            assertQuick(port);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private void begin(int port, String request) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        slow.add(socket);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertQuick(int port) throws IOException {
        assertAnswers(200, port, "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertAnswers(
                201,
                port,
                "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 15\r\n\r\n{\"msg\":\"quick\"}");
    }

    private static void assertAnswers(int status, int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            socket.setSoTimeout(QUICK_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
        }
    }
}
