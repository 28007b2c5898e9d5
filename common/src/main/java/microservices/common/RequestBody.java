package microservices.common;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

/** Reads a request's body as text, within a limit, or says by {@link HttpError} why it does not. */
public final class RequestBody {

    /** How much of a body that nobody wants is read and dropped. */
    static final long MAX_DROPPED_BYTES = 8L * 1024 * 1024;

    private static final Duration MAX_DROPPING = Duration.ofSeconds(5);

    private RequestBody() {}

    /**
     * The body as text.
     *
     * @param limit the most bytes to read
     * @throws HttpError 415 if the body says that it is neither JSON nor what curl calls a form, or is encoded; 413 if
     *     it is longer than the limit; 400 if it is not UTF-8; 408 if it stops coming; 503 if the bodies under way take
     *     all the memory that there is for them
     */
    public static String read(Context request, int limit) {
        checkEncoding(request.header("Content-Encoding"));
        checkType(request.header("Content-Type"));
        RequestLimit.takeForBody(request.attribute(RequestLimit.attribute()), length(request, limit));
        try {
            InputStream in = request.req().getInputStream();
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                drop(in);
                throw HttpError.tooLarge("the body is longer than " + limit + " bytes; send less at once");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw HttpError.badRequest("the body is not valid UTF-8; send JSON in UTF-8");
        } catch (IOException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new HttpError(408, "the body stopped coming; send it whole");
            }
            throw HttpError.badRequest("the body ended early or is badly framed; send it whole");
        }
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
            throw new HttpError(415, "the body has a Content-Encoding; send plain JSON without one");
        }
    }

    private static void checkType(String header) {
        if (header == null || header.isBlank()) {
            return;
        }
        String[] parts = header.toLowerCase(Locale.ROOT).split(";");
        String type = parts[0].strip();
        if (!type.equals("application/json") && !type.equals("application/x-www-form-urlencoded")) {
            throw new HttpError(415, "the body's Content-Type is not JSON; send application/json");
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                throw new HttpError(415, "the body's charset is not UTF-8; send UTF-8");
            }
        }
    }

    /**
     * Reads and drops what is left of a body that has been answered without it: else the connection is closed before its
     * sender has sent it all, who then finds it broken and reads no answer.
     */
    static void dropRest(Context request) throws IOException {
        if (!request.res().isCommitted() && !awaitsContinue(request.header("Expect"))) {
            drop(request.req().getInputStream());
        }
    }

    /** Whether a client sends no body before it is told to. */
    static boolean awaitsContinue(String expect) {
        return expect != null && expect.strip().equalsIgnoreCase("100-continue");
    }

    private static void drop(InputStream in) throws IOException {
        byte[] buffer = new byte[8192];
        Dropped dropped = new Dropped();
        int read;
        do {
            read = in.read(buffer);
        } while (read >= 0 && dropped.goesOn(read));
    }

    /** How long it is worth while to read on. */
    static final class Dropped {
        private final long deadline = System.nanoTime() + MAX_DROPPING.toNanos();
        private long left = MAX_DROPPED_BYTES;

        boolean goesOn(int bytes) {
            left -= bytes;
            return left > 0 && System.nanoTime() - deadline < 0;
        }
    }
}
