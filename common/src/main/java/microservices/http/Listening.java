package microservices.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.TryExecutor;

/** Listens on one port at each of a server's addresses, also if it is a free one that the first address takes. */
final class Listening {

    /** How many clients may wait until they are accepted; the system has a bound of its own. */
    private static final int BACKLOG = 1024;

    private final Connections connections;
    private int port;
    private boolean first = true;

    Listening(int port, Connections connections) {
        this.port = port;
        this.connections = connections;
    }

    /** Makes the server listen on one more address. */
    Connector on(String host, Server server, HttpConfiguration http) {
        // The further ones need few threads: the server has some to spare, and not more.
        int threads = first ? -1 : 1;
        TryExecutor tasks = new ClientThread.Tasks(server, (TryExecutor) server.getThreadPool());
        ServerConnector connector =
                new ServerConnector(server, tasks, null, null, threads, threads, new HttpConnectionFactory(http)) {
                    @Override
                    protected SocketChannelEndPoint newEndPoint(
                            SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                        ClientThread.Client client = new ClientThread.Client(channel, selector, key, getScheduler());
                        client.setIdleTimeout(getIdleTimeout());
                        return client;
                    }
                };
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        connector.addBean(connections);
        if (first && port == 0) {
            try {
                connector.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            port = connector.getLocalPort();
        }
        first = false;
        return connector;
    }
}
