package microservices.system.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that passes TCP connections on to where they were going, each piece of data 50 to 150 ms late. It listens
 * on one port for each target, prints which, and ends with whoever started it (when its input ends).
 */
final class DelayRelay {

    /** What the line begins with that says on which ports it listens, in the order of the targets. */
    static final String PORTS = "listening on ";

    private static final int BACKLOG = 128;
    private static final int CONNECT_MILLIS = 5_000;

    private final InetAddress from;

    private DelayRelay(InetAddress from) {
        this.from = from;
    }

    /** The first argument is the address to connect from; the others are the targets, as host:port. */
    public static void main(String[] args) throws IOException {
        DelayRelay relay = new DelayRelay(InetAddress.getByName(args[0]));
        List<String> ports = new ArrayList<>();
        for (String target : List.of(args).subList(1, args.length)) {
            String[] parts = target.split(":");
            ServerSocket listener = new ServerSocket(0, BACKLOG);
            ports.add(String.valueOf(listener.getLocalPort()));
            InetSocketAddress to = new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
            new Thread(() -> relay.accept(listener, to), "accept " + target).start();
        }
        System.out.println(PORTS + String.join(" ", ports));
        while (System.in.read() >= 0) {
            // nothing is asked of it
        }
        System.exit(0);
    }

    private void accept(ServerSocket listener, InetSocketAddress to) {
        while (true) {
            try {
                Socket accepted = listener.accept();
                new Thread(() -> connect(accepted, to), "connect " + to).start();
            } catch (IOException e) {
                // that connection was gone before it was accepted
            }
        }
    }

    private void connect(Socket accepted, InetSocketAddress to) {
        Socket connected = new Socket();
        try {
            connected.bind(new InetSocketAddress(from, 0));
            connected.connect(to, CONNECT_MILLIS);
            DelayedPipe.startBetween(accepted, connected);
        } catch (IOException e) {
            DelayedPipe.reset(accepted);
            DelayedPipe.reset(connected);
        }
    }
}
