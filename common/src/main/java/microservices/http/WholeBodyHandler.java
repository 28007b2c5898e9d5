package microservices.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import microservices.concurrent.Deadline;
import microservices.message.Refusal;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Passes a request on once its body has come, or has turned out not to be worth while: a client that sends slowly holds
 * no thread, and is not a request under way. What has come takes memory of the {@link ByteBudget}, until the request has
 * been answered; if there is none left, a body that has been on its way for more than a second gives way.
 */
final class WholeBodyHandler extends Handler.Wrapper {

    /** The request attribute with the body as bytes, or with the {@link Refusal} that says why there is none. */
    static final String BODY = WholeBodyHandler.class.getName();

    /** How much of a body that nobody wants is read and dropped. */
    private static final long MAX_DROPPED_BYTES = 8L * 1024 * 1024;

    /** For all of it, and for each wait for more of it. */
    private static final Duration MAX_DROPPING = Duration.ofSeconds(4);

    /** A body that takes longer is slow. */
    private static final Duration QUICK = Duration.ofSeconds(1);

    /** What is made ready for a body before any of it has come. */
    private static final int FIRST_BYTES = 4 * 1024;

    private final Connections connections;
    private final ByteBudget bodies;
    private final int longestBody;
    private final Predicate<Request> wanted;
    private final RequestLimit limit;
    private final String replica;

    /** Guarded by this: bodies that have not come whole, the first one has been waited for longest. */
    private final Set<Receiving> receiving = new LinkedHashSet<>();

    /**
     * @param longestBody in bytes; a longer one is not kept
     * @param wanted whether anybody reads the body of such a request
     * @param limit is asked whether a client is to send its body at all
     */
    WholeBodyHandler(
            Connections connections,
            ByteBudget bodies,
            int longestBody,
            Predicate<Request> wanted,
            RequestLimit limit,
            String replica) {
        this.connections = connections;
        this.bodies = bodies;
        this.longestBody = longestBody;
        this.wanted = wanted;
        this.limit = limit;
        this.replica = replica;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint connection = connection(request);
        connections.waitsAnew(connection);
        Request.addCompletionListener(request, failure -> connections.waitsAnew(connection));
        List<String> encodings = request.getHeaders().getValuesList(HttpHeader.TRANSFER_ENCODING);
        String oddness = oddness(request, encodings);
        if (oddness != null) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            JsonErrorHandler.write(response, replica, 400, oddness, true, callback);
            return true;
        }
        if (encodings.isEmpty() && request.getLength() <= 0) {
            connections.answers(connection);
            return super.handle(request, response, callback);
        }
        new Receiving(request, response, callback).begin();
        return true;
    }

    /** What Jetty takes although two readers may read it differently, as a sentence; null if nothing. */
    private static String oddness(Request request, List<String> encodings) {
        if (encodings.size() > 1 || !encodings.isEmpty() && !encodings.get(0).equalsIgnoreCase("chunked")) {
            return "the body has a Transfer-Encoding other than chunked; send it as it is";
        }
        return request.getHttpURI().getFragment() == null
                ? null
                : "the path or the query has a #, behind which nothing is read; send %23 in its place";
    }

    private static EndPoint connection(Request request) {
        return request.getConnectionMetaData().getConnection().getEndPoint();
    }

    /** Takes memory for what has come of a body; it is not there only if no slow body is left to give way. */
    private void take(Receiving one, long bytes) {
        while (true) {
            try {
                one.share.add(bytes);
                return;
            } catch (Refusal e) {
                if (!oneGivesWay(one)) {
                    throw e;
                }
            }
        }
    }

    private boolean oneGivesWay(Receiving toThis) {
        Receiving slowest;
        synchronized (this) {
            slowest =
                    receiving.stream().filter(one -> one != toThis).findFirst().orElse(null);
            if (slowest == null || !slowest.isSlow()) {
                return false;
            }
            receiving.remove(slowest);
        }
        slowest.giveWay();
        return true;
    }

    private synchronized void waitFor(Receiving body) {
        receiving.add(body);
    }

    /** Whether it had not been chosen to give way. */
    private synchronized boolean forget(Receiving body) {
        return receiving.remove(body);
    }

    /** One body on its way. Each step runs on one thread at a time. */
    private final class Receiving implements Runnable {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final EndPoint connection;
        private final Deadline quick = Deadline.in(QUICK);
        private final ByteBudget.Share share = bodies.take(0);

        private byte[] body;
        private int size;

        /** Why the body is not kept; what still comes of it is dropped. */
        private Refusal refusal;

        private long leftToDrop = MAX_DROPPED_BYTES;
        private Deadline dropUntil;
        private final long idleMillis;

        private boolean waited;
        /** Set by another body that needs its memory. */
        private volatile boolean gaveWay;

        Receiving(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
            this.connection = WholeBodyHandler.connection(request);
            this.idleMillis = connection.getIdleTimeout();
            Request.addCompletionListener(request, failure -> share.close());
        }

        void begin() {
            if (!wanted.test(request)) {
                refuse(Refusal.badRequest("a body is not read here; send the request without one"));
            } else if (request.getLength() > longestBody) {
                refuse(RequestBody.longerThan(longestBody));
            } else if (limit.reached() && asksFirst()) {
                refuse(Refusal.notNow(RequestLimit.TOO_MANY));
            } else {
                long announced = request.getLength() < 0 ? longestBody : request.getLength();
                body = new byte[(int) Math.min(announced, FIRST_BYTES)];
            }
            if (refusal != null && asksFirst()) {
                pass(); // its client is told without having sent anything
            } else {
                run();
            }
        }

        /** Whether its client sends no body before it is told to. */
        private boolean asksFirst() {
            String expect = request.getHeaders().get(HttpHeader.EXPECT);
            return expect != null && expect.strip().equalsIgnoreCase("100-continue");
        }

        @Override
        public void run() {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    if (!waited) {
                        waited = true;
                        waitFor(this);
                    }
                    request.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    refusal = broken(chunk.getFailure());
                    pass();
                    return;
                }
                boolean last = chunk.isLast();
                boolean goOn = take(chunk.getByteBuffer());
                chunk.release();
                if (last && refusal != null) {
                    connection.setIdleTimeout(idleMillis);
                }
                if (last || !goOn) {
                    pass();
                    return;
                }
            }
        }

        /** Whether more of the body is worth while. */
        private boolean take(ByteBuffer some) {
            int bytes = some.remaining();
            if (refusal == null && gaveWay) {
                refuse(slow());
            } else if (refusal == null && size + bytes > longestBody) {
                refuse(RequestBody.longerThan(longestBody));
            } else if (refusal == null) {
                try {
                    WholeBodyHandler.this.take(this, bytes);
                    keep(some);
                } catch (Refusal e) {
                    refuse(e);
                }
            }
            if (refusal == null) {
                return true;
            }
            leftToDrop -= bytes;
            return leftToDrop > 0 && !dropUntil.passed();
        }

        private void keep(ByteBuffer some) {
            int bytes = some.remaining();
            if (size + bytes > body.length) {
                body = Arrays.copyOf(body, Math.max(size + bytes, (int) Math.min(longestBody, 2L * body.length)));
            }
            some.get(body, size, bytes);
            size += bytes;
        }

        /**
         * Keeps nothing of the body, but reads on for a while: else the connection is closed before its sender has sent it
         * all, who then finds it broken and reads no answer.
         */
        private void refuse(Refusal why) {
            refusal = why;
            body = null;
            share.close();
            dropUntil = Deadline.in(MAX_DROPPING);
            connection.setIdleTimeout(MAX_DROPPING.toMillis());
        }

        private Refusal broken(Throwable failure) {
            if (refusal != null) {
                return refusal;
            }
            connection.setIdleTimeout(MAX_DROPPING.toMillis()); // for its answer
            if (gaveWay) {
                return slow();
            }
            if (failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException) {
                return Refusal.of(408, "the body stopped coming; send it whole");
            }
            return Refusal.badRequest("the body ended early or is badly framed; send it whole");
        }

        private Refusal slow() {
            return Refusal.notNow("the memory for bodies is short, and this one comes slowly; send it again");
        }

        boolean isSlow() {
            return quick.passed();
        }

        /** Gives its memory to a quicker one; its own thread finds that out by the end of its wait. */
        void giveWay() {
            gaveWay = true;
            share.close();
            connection.setIdleTimeout(1);
        }

        private void pass() {
            if (waited && !forget(this) && refusal == null) {
                refusal = slow();
            }
            if (refusal == null) {
                request.setAttribute(BODY, size == body.length ? body : Arrays.copyOf(body, size));
                body = null;
            } else {
                request.setAttribute(BODY, refusal);
            }
            connections.answers(connection);
            PostHandler.pass(WholeBodyHandler.super::handle, request, response, callback);
        }
    }
}
