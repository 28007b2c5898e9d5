package microservices.http;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.TryExecutor;

/**
 * The thread that waits for what some clients send: a selector's. An answer that another thread writes wakes two: one of
 * the pool that looks for the connection's next request, which has not come yet, and this one to wait for it. Here it
 * wakes none, and many answers in a row cost one waking. What runs here must not block.
 *
 * @param selector where the clients' connections are; equal ones are the same thread
 */
public record ClientThread(ManagedSelector selector) implements Executor {

    /** The thread that waits for this client. */
    public static Executor of(Request request) {
        return ((Client) request.getConnectionMetaData().getConnection().getEndPoint()).thread;
    }

    @Override
    public void execute(Runnable task) {
        selector.submit(any -> task.run());
    }

    /** A client's connection that knows its thread. */
    static final class Client extends SocketChannelEndPoint {

        private final ClientThread thread;

        Client(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
            this.thread = new ClientThread(selector);
        }
    }

    /**
     * Where a server's tasks run: on its pool; but if its handlers do not block, a connection that has just been answered
     * looks for its next request on the thread that has answered it.
     */
    record Tasks(Server server, TryExecutor pool) implements TryExecutor {

        @Override
        public void execute(Runnable task) {
            if (task instanceof Connection
                    && Invocable.isNonBlockingInvocation()
                    && server.getInvocationType() == Invocable.InvocationType.NON_BLOCKING) {
                task.run();
            } else {
                pool.execute(task);
            }
        }

        @Override
        public boolean tryExecute(Runnable task) {
            return pool.tryExecute(task);
        }
    }
}
