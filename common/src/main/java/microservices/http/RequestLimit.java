package microservices.http;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds the requests under way: one more than that many is answered 503 at once, on a thread of the few that are kept
 * for it. {@link Probes} are never refused.
 */
final class RequestLimit extends Handler.Wrapper {

    /** Threads beyond those of the requests under way: for refusals, probes, and Jetty's own work. */
    static final int SPARE_THREADS = 16;

    /** What a client is told that is one too many. */
    static final String TOO_MANY = "too many requests are under way; send the request again a little later";

    private final int most;
    private final String replica;

    /** Guarded by this. */
    private int underWay;

    RequestLimit(int most, String replica) {
        this.most = most;
        this.replica = replica;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!Probes.include(request)) {
            if (!enter()) {
                request.getComponents()
                        .getExecutor()
                        .execute(() -> JsonErrorHandler.write(response, replica, 503, TOO_MANY, true, callback));
                return true;
            }
            Request.addCompletionListener(request, failure -> leave());
        }
        return super.handle(request, response, callback);
    }

    /** Whether one more is refused now. */
    synchronized boolean reached() {
        return underWay >= most;
    }

    private synchronized boolean enter() {
        if (underWay >= most) {
            return false;
        }
        underWay++;
        return true;
    }

    private synchronized void leave() {
        underWay--;
    }
}
