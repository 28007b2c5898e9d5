package microservices.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Ports for servers that a test starts later. They lie below the ranges from which Linux (from 32768 on) and macOS and
 * Windows (from 49152 on) give a port to each outgoing connection: a port of such a range may be taken by any
 * connection before the server starts.
 */
public final class FreePorts {

    private static final int LOWEST = 20_000;
    private static final int COUNT = 12_000;

    /** Another JVM that tests beside this one begins elsewhere. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    /** That many ports at which nobody listens; this JVM gets each only once. */
    public static List<Integer> of(int count) {
        return Stream.generate(FreePorts::next)
                .limit(COUNT)
                .filter(FreePorts::isFree)
                .limit(count)
                .toList();
    }

    public static int one() {
        return of(1).get(0);
    }

    private static int next() {
        return LOWEST + NEXT.getAndUpdate(next -> (next + 1) % COUNT);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
