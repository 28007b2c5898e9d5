package microservices.message;

/**
 * An answer other than success: a status, a sentence that says what is wrong and what to send instead, and whether
 * anything was written. Thrown from a handler; the HTTP server writes it as {@code {"error":"…","written":"…"}}.
 */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean nothingWritten;

    private Refusal(int status, String message, boolean nothingWritten, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.nothingWritten = nothingWritten;
    }

    /** A refusal before anything was written. */
    public static Refusal of(int status, String message) {
        return new Refusal(status, message, true, null);
    }

    /** 400: the caller's mistake; nothing was written. */
    public static Refusal badRequest(String message) {
        return of(400, message);
    }

    /** 409: the same key stands for something else; nothing was written. */
    public static Refusal conflict(String message) {
        return of(409, message);
    }

    /** 413: more than this service takes at once; nothing was written. */
    public static Refusal tooLarge(String message) {
        return of(413, message);
    }

    /** 503: this service has no room, or cannot begin, for now; nothing was written. */
    public static Refusal notNow(String message) {
        return of(503, message);
    }

    /** 503: something that this service needs failed; the message may or may not appear, at most once. */
    public static Refusal unknown(String message) {
        return unknown(message, null);
    }

    /** 503, with what went wrong underneath. */
    public static Refusal unknown(String message, Throwable cause) {
        return new Refusal(503, message, false, cause);
    }

    /** 507: memory is short in this replica's cluster; nothing was written, and no other replica of it could do it. */
    public static Refusal memoryShort(String message) {
        return of(507, message);
    }

    /** The same where something else of the request may have been written already. */
    public Refusal afterAWrite() {
        return new Refusal(status, getMessage(), false, this);
    }

    public int status() {
        return status;
    }

    /** Whether it is certain that nothing of the request was written anywhere. */
    public boolean nothingWritten() {
        return nothingWritten;
    }
}
