package microservices.http;

import io.javalin.http.Context;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import microservices.message.Refusal;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a request's body, within a limit, or says by {@link Refusal} why it does not. */
public final class RequestBody {

    private static final Logger LOG = LoggerFactory.getLogger(RequestBody.class);

    /** The type of what replicas send one another. */
    public static final String BINARY = "application/octet-stream";

    /** How much of a body that nobody wants is read and dropped. */
    static final long MAX_DROPPED_BYTES = 8L * 1024 * 1024;

    /** For all of it, and for each wait for more of it. */
    private static final Duration MAX_DROPPING = Duration.ofSeconds(4);

    /** The request attribute that says that the body cannot be read to its end. */
    private static final String BROKEN = RequestBody.class.getName();

    /** What is made ready for a body before any of it has come. */
    private static final int FIRST_BYTES = 4 * 1024;

    private RequestBody() {}

    /**
     * The body as text.
     *
     * @param limit the most bytes to read
     * @throws Refusal 415 if the body says that it is neither JSON nor what curl calls a form, or is encoded; 413 if
     *     it is longer than the limit; 400 if it is not UTF-8; 408 if it stops coming; 503 if the bodies under way take
     *     all the memory that there is for them
     */
    public static String readText(Context request, int limit) {
        checkType(request.header("Content-Type"));
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(read(request, limit)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refusal.badRequest("the body is not valid UTF-8; send JSON in UTF-8");
        }
    }

    /** Whether the body is said to be {@link #BINARY}. */
    public static boolean isBinary(Context request) {
        return BINARY.equals(request.header("Content-Type"));
    }

    /**
     * The body as bytes.
     *
     * @throws Refusal as {@link #readText}
     */
    public static byte[] readBinary(Context request, int limit) {
        if (!isBinary(request)) {
            throw Refusal.of(415, "the body's Content-Type is not " + BINARY + "; send what a facade sends");
        }
        return read(request, limit);
    }

    private static byte[] read(Context request, int limit) {
        checkEncoding(request.header("Content-Encoding"));
        try {
            return read(
                    request.req().getInputStream(),
                    length(request, limit),
                    limit,
                    bytes -> RequestLimit.takeForBody(request.attribute(RequestLimit.attribute()), bytes));
        } catch (IOException e) {
            request.attribute(BROKEN, true);
            if (e.getCause() instanceof TimeoutException) {
                throw Refusal.of(408, "the body stopped coming; send it whole");
            }
            throw Refusal.badRequest("the body ended early or is badly framed; send it whole");
        }
    }

    /** Takes memory for what has come, not for what is said to come: else slow senders would take all that there is. */
    private static byte[] read(InputStream in, long length, int limit, LongConsumer taken) throws IOException {
        byte[] body = new byte[(int) Math.min(length + 1, FIRST_BYTES)];
        int size = 0;
        for (int read = in.read(body); read >= 0; read = in.read(body, size, body.length - size)) {
            taken.accept(read);
            size += read;
            if (size > limit) {
                throw Refusal.tooLarge("the body is longer than " + limit + " bytes; send less at once");
            }
            if (size == body.length) {
                body = Arrays.copyOf(body, (int) Math.min(limit + 1L, 2L * size));
            }
        }
        return size == body.length ? body : Arrays.copyOf(body, size);
    }

    /** How much is read of a body at most; one in chunks does not say its length and is taken as the longest. */
    private static long length(Context request, int limit) {
        long length = request.req().getContentLengthLong();
        if (length >= 0) {
            return Math.min(length, limit);
        }
        return request.header("Transfer-Encoding") == null ? 0 : limit;
    }

    private static void checkEncoding(String encoding) {
        if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
            throw Refusal.of(415, "the body has a Content-Encoding; send plain JSON without one");
        }
    }

    private static void checkType(String header) {
        if (header == null || header.isBlank()) {
            return;
        }
        String[] parts = header.toLowerCase(Locale.ROOT).split(";");
        String type = parts[0].strip();
        if (!type.equals("application/json") && !type.equals("application/x-www-form-urlencoded")) {
            throw Refusal.of(415, "the body's Content-Type is not JSON; send application/json");
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                throw Refusal.of(415, "the body's charset is not UTF-8; send UTF-8");
            }
        }
    }

    /**
     * Reads and drops what is left of a body that has been answered without it: else the connection is closed before its
     * sender has sent it all, who then finds it broken and reads no answer. Not for a request that nothing bounds, whose
     * sender could hold a thread.
     */
    static void dropRest(Context request) throws IOException {
        if (!request.res().isCommitted()
                && request.attribute(RequestLimit.attribute()) != null
                && request.attribute(BROKEN) == null
                && length(request, 1) > 0
                && !awaitsContinue(request.header("Expect"))) {
            ServletInputStream in = request.req().getInputStream();
            if (!in.isFinished()) {
                drop(in, new Dropped(ServletContextRequest.getServletContextRequest(request.req())));
            }
        }
    }

    /** Whether a client sends no body before it is told to. */
    static boolean awaitsContinue(String expect) {
        return expect != null && expect.strip().equalsIgnoreCase("100-continue");
    }

    private static void drop(InputStream in, Dropped dropped) {
        byte[] buffer = new byte[8192];
        try {
            int read;
            do {
                read = in.read(buffer);
            } while (read >= 0 && dropped.goesOn(read));
            if (read < 0) {
                dropped.end();
            }
        } catch (IOException e) {
            LOG.debug("A body that nobody wants has broken off", e);
        }
    }

    /** How long it is worth while to read on. Waits no longer than that for any of it. */
    static final class Dropped {
        private final EndPoint connection;
        private final long idleMillis;
        private final long deadline = System.nanoTime() + MAX_DROPPING.toNanos();
        private long left = MAX_DROPPED_BYTES;

        Dropped(Request request) {
            connection = request.getConnectionMetaData().getConnection().getEndPoint();
            idleMillis = connection.getIdleTimeout();
            connection.setIdleTimeout(MAX_DROPPING.toMillis());
        }

        boolean goesOn(int bytes) {
            left -= bytes;
            return left > 0 && System.nanoTime() - deadline < 0;
        }

        /** The body has been read to its end, and the connection is good for more requests. */
        void end() {
            connection.setIdleTimeout(idleMillis);
        }
    }
}
