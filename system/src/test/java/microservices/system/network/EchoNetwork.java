package microservices.system.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Command;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;

/** A network of three replicas for which echo servers stand in, and what one of them can hear from another. */
public final class EchoNetwork implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(20);
    static final Duration NEVER = Duration.ofSeconds(1);
    static final Topology TOPOLOGY = new Topology(1, 1, 1, 0);
    static final Replica A = TOPOLOGY.replicas().get(0);
    static final Replica B = TOPOLOGY.replicas().get(1);
    static final Replica C = TOPOLOGY.replicas().get(2);

    private static final boolean REQUIRED = "required".equals(System.getenv("NETWORK_TESTS"));

    private final Path folder;
    private final Network network = new Network(TOPOLOGY);

    /** @param folder where the echo servers print to */
    EchoNetwork(Path folder) {
        this.folder = folder;
    }

    /** Skips the test for that reason, if there is one, or fails it where the environment says so. */
    public static void skipIf(Optional<String> reason) {
        if (REQUIRED) {
            assertEquals(Optional.empty(), reason, "NETWORK_TESTS=required");
        }
        assumeTrue(reason.isEmpty(), reason.orElse(""));
    }

    Network open() throws IOException {
        skipIf(Network.unavailable());
        network.open();
        return network;
    }

    @Override
    public void close() throws IOException {
        network.close();
    }

    void startServers() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = Path.of(EchoServer.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        for (Replica replica : TOPOLOGY.replicas()) {
            List<String> server = List.of(
                    java,
                    "-Djava.net.preferIPv4Stack=true",
                    "-cp",
                    classes,
                    EchoServer.class.getName(),
                    String.valueOf(replica.memberPort()));
            new ProcessBuilder(network.command(replica, server))
                    .redirectErrorStream(true)
                    .redirectOutput(output(replica).toFile())
                    .start();
        }
        for (Replica replica : TOPOLOGY.replicas()) {
            Await.until(
                    SOON, replica.name() + " listens", () -> printed(replica).contains(EchoServer.READY));
        }
    }

    private Path output(Replica replica) {
        return folder.resolve(replica.name() + ".out");
    }

    List<String> printed(Replica replica) throws IOException {
        return Files.readAllLines(output(replica));
    }

    /** What a replica hears from another one when it has said hello. */
    String fromTo(Replica from, Replica to) throws IOException {
        String script = "timeout " + NEVER.toSeconds()
                + " bash -c 'exec 3<>/dev/tcp/$0/$1; echo hello >&3; read -r line <&3; echo $line' $0 $1"
                + " || { [ $? = 124 ] && echo nothing; }";
        return bash(from, script, to);
    }

    void datagram(Replica from, Replica to, String text) throws IOException {
        bash(from, "echo " + text + " > /dev/udp/$0/$1", to);
    }

    /** Runs a script where a replica stands, with the host and the port of another one as $0 and $1. */
    String bash(Replica where, String script, Replica to) throws IOException {
        return Command.run(network.command(
                where, List.of("bash", "-c", script, network.host(to), String.valueOf(to.memberPort()))));
    }

    Socket connect(Replica replica) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(network.host(replica), replica.memberPort()), (int) NEVER.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** How many milliseconds a client waits for an answer. */
    long roundTrip(Replica replica) throws IOException {
        try (Socket socket = connect(replica)) {
            socket.setSoTimeout((int) SOON.toMillis());
            long start = System.nanoTime();
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            assertEquals(5, socket.getInputStream().readNBytes(5).length);
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        }
    }

    long roundTripBetween(Replica from, Replica to) throws IOException {
        String script = "exec 3<>/dev/tcp/$0/$1; start=${EPOCHREALTIME/[.,]}; echo hello >&3; read -r line <&3; "
                + "echo $(((${EPOCHREALTIME/[.,]} - start) / 1000))";
        return Long.parseLong(bash(from, script, to));
    }
}
