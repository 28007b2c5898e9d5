package microservices.system.network;

import static microservices.system.network.EchoNetwork.A;
import static microservices.system.network.EchoNetwork.B;
import static microservices.system.network.EchoNetwork.C;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica behind a slow link, with echo servers as the replicas. Skipped where {@link NetworkSystemTest} is. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SlowLinkSystemTest {

    @TempDir
    private Path folder;

    private EchoNetwork echo;
    private Network network;

    @BeforeEach
    void opens() throws Exception {
        echo = new EchoNetwork(folder);
        network = echo.open();
    }

    @AfterEach
    void closes() throws Exception {
        echo.close();
    }

    @Test
    void delaysWhatGoesToAndFromASlowReplica() throws Exception {
        network.slow(A);
        echo.startServers();
        assertSlow(() -> echo.roundTrip(A));
        assertSlow(() -> echo.roundTripBetween(A, B));
        assertFast(() -> echo.roundTripBetween(C, B));
        assertFast(() -> echo.roundTrip(B));
        network.cutOneWay(Set.of(A), Set.of(B));
        assertEquals("nothing", echo.fromTo(A, B), "a slow replica is cut like any other");
        network.heal();

        network.fast(A);
        assertFast(() -> echo.roundTrip(A));
        assertFast(() -> echo.roundTripBetween(A, B));
    }

    private interface Measurement {
        long millis() throws IOException;
    }

    /** A busy machine may add to some round trips, not to all. */
    private static void assertSlow(Measurement roundTrip) throws IOException {
        List<Long> millis = measureSome(roundTrip);
        assertTrue(Collections.min(millis) >= 100 && Collections.min(millis) < 300 + 50, millis.toString());
    }

    private static void assertFast(Measurement roundTrip) throws IOException {
        List<Long> millis = measureSome(roundTrip);
        assertTrue(Collections.min(millis) < 100, millis.toString());
    }

    private static List<Long> measureSome(Measurement roundTrip) throws IOException {
        List<Long> millis = new ArrayList<>();
        for (int time = 0; time < 5; time++) {
            millis.add(roundTrip.millis());
        }
        return millis;
    }

    @Test
    void keepsTheOrder_whenSlow() throws Exception {
        network.slow(A);
        echo.startServers();
        byte[] sent = new byte[4 << 20];
        new Random(7).nextBytes(sent);
        try (Socket socket = echo.connect(A)) {
            Thread sender = new Thread(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
            sender.join();
        }
    }
}
