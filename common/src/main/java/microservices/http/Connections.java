package microservices.http;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * Bounds the open connections: for one more than that many the one is closed whose client has kept the server waiting the
 * longest, be it idle or in the middle of a request. So no number of idle or slow clients keeps a quick one out. A
 * connection whose request is being answered is never closed; there are fewer of these.
 */
final class Connections implements Connection.Listener {

    private final int most;

    /** Guarded by this. */
    private final Set<EndPoint> open = new HashSet<>();

    /** Guarded by this: those whose client is to send something; the first one has been waited for longest. */
    private final Set<EndPoint> waiting = new LinkedHashSet<>();

    Connections(int most) {
        this.most = most;
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint longest = open(connection.getEndPoint());
        if (longest != null) {
            longest.close();
        }
    }

    /** Returns the connection that is to give way, or null. */
    private synchronized EndPoint open(EndPoint connection) {
        open.add(connection);
        waiting.add(connection);
        if (open.size() <= most) {
            return null;
        }
        Iterator<EndPoint> first = waiting.iterator();
        EndPoint longest = first.next();
        first.remove();
        open.remove(longest);
        return longest;
    }

    @Override
    public synchronized void onClosed(Connection connection) {
        open.remove(connection.getEndPoint());
        waiting.remove(connection.getEndPoint());
    }

    /** Its client begins or ends a request: from now on it is waited for anew. */
    synchronized void waitsAnew(EndPoint connection) {
        if (open.contains(connection)) {
            waiting.remove(connection);
            waiting.add(connection);
        }
    }

    /** Its request has come whole, and is being answered. */
    synchronized void answers(EndPoint connection) {
        waiting.remove(connection);
    }
}
