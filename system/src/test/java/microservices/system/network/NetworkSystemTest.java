package microservices.system.network;

import static microservices.system.network.EchoNetwork.A;
import static microservices.system.network.EchoNetwork.B;
import static microservices.system.network.EchoNetwork.C;
import static microservices.system.network.EchoNetwork.NEVER;
import static microservices.system.network.EchoNetwork.SOON;
import static microservices.system.network.EchoNetwork.TOPOLOGY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Command;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Packets between network namespaces, dropped, with echo servers as the replicas. Skipped where there are
 * no network namespaces, unless the environment says {@code NETWORK_TESTS=required}.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NetworkSystemTest {

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
    void leavesNothing() throws Exception {
        if (network == null) {
            return; // skipped
        }
        echo.close();
        echo.close();
        assertEquals(List.of(), existing("ms" + ProcessHandle.current().pid() + "n"));
    }

    @Test
    void dropsWhatIsCut_bothWays_untilHealed() throws Exception {
        echo.startServers();
        assertEquals("hello", echo.fromTo(A, B));
        network.cut(Set.of(A), Set.of(B, A));
        assertEquals("nothing", echo.fromTo(A, B), "it is to vanish, not to be refused");
        assertEquals("nothing", echo.fromTo(B, A));
        echo.datagram(A, B, "lost");
        echo.datagram(B, A, "lost");
        assertEquals("hello", echo.fromTo(A, C));
        assertEquals("hello", echo.fromTo(C, B));
        assertEquals("hello", echo.fromTo(A, A));
        echo.roundTrip(A); // clients reach both
        echo.roundTrip(B);
        network.heal();
        assertEquals("hello", echo.fromTo(A, B));
        echo.datagram(A, B, "after");
        echo.datagram(B, A, "after");
        for (Replica replica : List.of(A, B)) {
            Await.until(SOON, "it is healed", () -> echo.printed(replica).contains("after"));
            assertFalse(echo.printed(replica).contains("lost"), replica.name());
        }
    }

    @Test
    void breaksNoConnection_whenCutForAShortTime() throws Exception {
        echo.startServers();
        try (Socket socket = echo.connect(A)) {
            socket.getOutputStream().write('x');
            assertEquals('x', socket.getInputStream().read());
            network.cutFromClients(Set.of(A));
            assertNoDatagramReachesThisProcess(A);
            socket.getOutputStream().write('y');
            socket.setSoTimeout((int) NEVER.toMillis());
            assertThrows(
                    SocketTimeoutException.class, () -> socket.getInputStream().read());
            assertThrows(SocketTimeoutException.class, () -> echo.connect(A).close());
            echo.connect(B).close();
            assertEquals("hello", echo.fromTo(A, B));
            network.heal();
            socket.setSoTimeout((int) SOON.toMillis());
            assertEquals('y', socket.getInputStream().read());
        }
    }

    private void assertNoDatagramReachesThisProcess(Replica from) throws IOException {
        String subnet = network.host(from).substring(0, network.host(from).lastIndexOf('.'));
        try (DatagramSocket socket = new DatagramSocket()) {
            String script = "echo lost > /dev/udp/" + subnet + ".254/" + socket.getLocalPort() + " || true";
            echo.bash(from, script, from);
            socket.setSoTimeout((int) NEVER.toMillis());
            assertThrows(SocketTimeoutException.class, () -> socket.receive(new DatagramPacket(new byte[9], 9)));
        }
    }

    @Test
    void dropsOneWayOnly() throws Exception {
        echo.startServers();
        network.cutOneWay(Set.of(A), Set.of(B));
        echo.datagram(A, B, "lost");
        echo.datagram(B, A, "arrived");
        Await.until(SOON, "the way back is open", () -> echo.printed(A).contains("arrived"));
        network.heal();
        echo.datagram(A, B, "after");
        Await.until(SOON, "it is healed", () -> echo.printed(B).contains("after"));
        assertFalse(echo.printed(B).contains("lost"));
    }

    @Test
    void theProcessIsTheCommandsOwn() throws Exception {
        Process process = new ProcessBuilder(network.command(A, List.of("sleep", "1000"))).start();
        Await.until(
                SOON,
                "it is sleep",
                () -> Files.readString(Path.of("/proc/" + process.pid() + "/comm"))
                        .equals("sleep\n"));
        network.close();
        assertTrue(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS), "close ends what runs in the network");
    }

    @Test
    void leavesNothing_whenItCannotBeBuilt() throws Exception {
        String prefix = network.prefix();
        network.close();
        new NetworkNamespace(prefix + "-" + C.name()).create(); // in the way
        assertThrows(IOException.class, network::open);
        assertEquals(List.of(), existing(prefix));
        network.open();
        assertEquals(prefix, network.prefix());
    }

    @Test
    void twoStandSideBySide() throws Exception {
        try (Network other = new Network(TOPOLOGY)) {
            other.open();
            assertFalse(other.host(A).equals(network.host(A)));
        }
        echo.startServers();
        assertEquals("hello", echo.fromTo(A, B));
    }

    @Test
    void removesWhatAKilledProcessHasLeft() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        String prefix = "ms" + dead.pid() + "n253";
        NetworkNamespace left = new NetworkNamespace(prefix + "-switch");
        left.create();
        Command.run("ip", "link", "add", prefix, "type", "veth", "peer", "name", "p0", "netns", left.name());
        Process inside = new ProcessBuilder(left.command(List.of("sleep", "1000"))).start();
        Await.until(
                SOON,
                "it runs in there",
                () -> Command.run("ip", "netns", "pids", left.name()).equals(String.valueOf(inside.pid())));
        network.close();
        network.open();
        assertEquals(List.of(), existing(prefix));
        assertTrue(inside.waitFor(SOON.toSeconds(), TimeUnit.SECONDS));
    }

    /** The namespaces and links whose names begin like this. */
    private static List<String> existing(String prefix) throws IOException {
        List<String> names = new ArrayList<>(NetworkRemains.links());
        NetworkNamespace.all().forEach(namespace -> names.add(namespace.name()));
        return names.stream().filter(name -> name.startsWith(prefix)).toList();
    }
}
