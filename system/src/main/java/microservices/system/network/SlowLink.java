package microservices.system.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Leads the new TCP connections to and from a replica through a {@link DelayRelay} in its namespace. The relay has an
 * address of its own there, by which the rules tell its connections from the replica's.
 */
final class SlowLink {

    private static final long SECONDS_TO_START = 30;

    private final NetworkNamespace namespace;
    private final String address;
    private final String relayAddress;
    private final String spared;
    private Process relay;

    /** @param spared whose connections to the replica stay fast, as an address or a network; empty for nobody's */
    SlowLink(NetworkNamespace namespace, String address, String relayAddress, String spared) {
        this.namespace = namespace;
        this.address = address;
        this.relayAddress = relayAddress;
        this.spared = spared;
    }

    /**
     * Starts the relay, and then leads connections to it. Java does not tell where a redirected connection was going
     * to, so there is a port of the relay for each target.
     *
     * @param own the replica's ports
     * @param others where it connects to, as host:port
     */
    void open(List<Integer> own, List<String> others) throws IOException {
        namespace.run("ip", "addr", "add", relayAddress + "/32", "dev", "eth0");
        List<String> targets = new ArrayList<>();
        own.forEach(port -> targets.add(address + ":" + port));
        targets.addAll(others);
        List<String> relayPorts = start(targets);

        namespace.iptables("-t", "nat", "-A", "OUTPUT", "-s", relayAddress, "-j", "RETURN");
        if (!spared.isEmpty()) {
            namespace.iptables("-t", "nat", "-A", "PREROUTING", "-s", spared, "-j", "RETURN");
        }
        for (int i = 0; i < targets.size(); i++) {
            if (i < own.size()) {
                redirect("PREROUTING", targets.get(i), relayPorts.get(i));
            } else {
                redirect("OUTPUT", targets.get(i), relayPorts.get(i));
            }
        }
    }

    private void redirect(String chain, String target, String relayPort) throws IOException {
        String[] to = target.split(":");
        namespace.iptables(("-t nat -A " + chain + " -p tcp --syn -d " + to[0] + " --dport " + to[1]
                        + " -j REDIRECT --to-ports " + relayPort)
                .split(" "));
    }

    /** Starts the relay; returns its port for each target. */
    private List<String> start(List<String> targets) throws IOException {
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx256m",
                "-Xss256k",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                classPath(),
                DelayRelay.class.getName(),
                relayAddress));
        java.addAll(targets);
        relay = new ProcessBuilder(namespace.command(java))
                .redirectErrorStream(true)
                .start();
        Process started = relay;
        CompletableFuture<Void> ready = new CompletableFuture<>();
        ready.orTimeout(SECONDS_TO_START, TimeUnit.SECONDS).exceptionally(late -> {
            started.destroyForcibly(); // which ends its output, that is read below
            return null;
        });
        StringBuilder said = new StringBuilder();
        BufferedReader output = relay.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(DelayRelay.PORTS)) {
                ready.complete(null);
                return List.of(line.substring(DelayRelay.PORTS.length()).split(" "));
            }
            said.append(line).append('\n');
        }
        throw new IOException("the relay in " + namespace.name() + " did not start: " + said);
    }

    /** Ends the redirection and the relay; whatever went through it is reset. */
    void close() throws IOException {
        namespace.iptables("-t", "nat", "-F");
        if (relay != null) {
            relay.destroyForcibly();
        }
        namespace.run("ip", "addr", "del", relayAddress + "/32", "dev", "eth0");
    }

    private static String classPath() {
        try {
            return Path.of(DelayRelay.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
