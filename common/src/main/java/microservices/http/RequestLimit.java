package microservices.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Bounds the requests under way: one more than that many is answered 503 at once, on a thread of the few that are kept
 * for it. {@code /health} is never refused. What a request's body takes of the memory for bodies is given back here.
 */
final class RequestLimit extends Handler.Wrapper {

    /** Threads beyond those of the requests under way: for refusals, health, and Jetty's own work. */
    static final int SPARE_THREADS = 16;

    /** Connections, idle ones too, for each request that may be under way; more wait until one is closed. */
    static final int CONNECTIONS_EACH = 4;

    /** The request attribute by which {@link RequestBody} finds the memory for bodies. */
    private static final String BODIES = RequestLimit.class.getName();

    /** Reads and drops a body as it comes, without holding a thread, for as long as that is worth while. */
    private static final class Dropping implements Runnable {
        private final Request request;
        private final Runnable then;
        private final RequestBody.Dropped dropped;

        Dropping(Request request, Runnable then) {
            this.request = request;
            this.then = then;
            this.dropped = new RequestBody.Dropped(request);
        }

        @Override
        public void run() {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this);
                    return;
                }
                int bytes = chunk.remaining();
                boolean failed = Content.Chunk.isFailure(chunk);
                boolean ended = chunk.isLast() && !failed;
                chunk.release();
                if (ended) {
                    dropped.end();
                }
                if (ended || failed || !dropped.goesOn(bytes)) {
                    then.run();
                    return;
                }
            }
        }
    }

    private final int most;
    private final ByteBudget bodies;
    private final String replica;

    /** Guarded by this. */
    private int underWay;

    RequestLimit(int most, ByteBudget bodies, String replica) {
        this.most = most;
        this.bodies = bodies;
        this.replica = replica;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!"/health".equals(Request.getPathInContext(request))) {
            if (!enter()) {
                Runnable refuse = () -> JsonErrorHandler.write(
                        response,
                        replica,
                        503,
                        "too many requests are under way; send the request again a little later",
                        callback);
                if (RequestBody.awaitsContinue(request.getHeaders().get(HttpHeader.EXPECT))) {
                    refuse.run();
                } else {
                    new Dropping(request, refuse).run();
                }
                return true;
            }
            ByteBudget.Share body = bodies.take(0);
            request.setAttribute(BODIES, body);
            Request.addCompletionListener(request, failure -> {
                body.close();
                leave();
            });
        }
        return super.handle(request, response, callback);
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

    /**
     * Takes memory for what has come of a request's body, until the request is complete.
     *
     * @param body the request's attribute of the name {@link #attribute}; none if nothing bounds it
     * @throws Refusal 503 if it is not left
     */
    static void takeForBody(Object body, long bytes) {
        if (body instanceof ByteBudget.Share share) {
            share.add(bytes);
        }
    }

    static String attribute() {
        return BODIES;
    }
}
