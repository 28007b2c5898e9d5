package microservices.message;

import microservices.http.HttpServer;

/**
 * An answer other than success: a status, and a sentence that says what is wrong and what to send instead.
 * Thrown from a handler; {@link HttpServer} writes it as {@code {"error":"…"}}.
 */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    public Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    private Refusal(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** 400: the caller's mistake; nothing happened. */
    public static Refusal badRequest(String message) {
        return new Refusal(400, message);
    }

    /** 409: the same key stands for something else; nothing happened. */
    public static Refusal conflict(String message) {
        return new Refusal(409, message);
    }

    /** 413: more than this service takes at once; nothing happened. */
    public static Refusal tooLarge(String message) {
        return new Refusal(413, message);
    }

    /** 503: something that this service needs is missing; the message may or may not appear, at most once. */
    public static Refusal unavailable(String message) {
        return new Refusal(503, message);
    }

    /** 503, with what went wrong underneath. */
    public static Refusal unavailable(String message, Throwable cause) {
        return new Refusal(503, message, cause);
    }

    /** 507: memory is short in this replica's cluster; nothing happened, and no other replica of it could do it. */
    public static Refusal memoryShort(String message) {
        return new Refusal(507, message);
    }

    public int status() {
        return status;
    }
}
