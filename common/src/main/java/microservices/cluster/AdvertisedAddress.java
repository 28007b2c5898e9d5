package microservices.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import microservices.concurrent.Deadline;
import microservices.concurrent.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a member is reached by the address that it advertises, by connecting to its own port there: else it
 * waits in vain for others. Says so after 8 s, and goes on trying until it succeeds.
 */
final class AdvertisedAddress implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdvertisedAddress.class);

    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final String host;
    private final int port;
    private final Deadline patience = Deadline.in(PATIENCE);
    private final Worker worker = new Worker("advertised-address", this::tryOnce, PAUSE, Duration.ofSeconds(2));

    private volatile boolean wrong;

    AdvertisedAddress(String host, int port) {
        this.host = host;
        this.port = port;
    }

    void start() {
        worker.start();
    }

    /** What is wrong with the address, as far as it is known. */
    Optional<String> fault() {
        return wrong ? Optional.of(sentence()) : Optional.empty();
    }

    private String sentence() {
        return "nothing answers at " + host + ":" + port
                + ", by which the others are to reach this replica; set HOST_IP"
                + " to an address of this host, or leave it empty";
    }

    private Duration tryOnce() {
        if (answers()) {
            wrong = false;
            return Worker.UNTIL_WOKEN;
        }
        if (patience.passed() && !wrong) {
            wrong = true;
            LOG.warn("{}", sentence());
        }
        return PAUSE;
    }

    private boolean answers() {
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(new InetSocketAddress(host, port), (int) CONNECT_TIMEOUT.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
