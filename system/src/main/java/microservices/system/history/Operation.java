package microservices.system.history;

import java.time.Duration;
import java.util.Objects;

/**
 * One post and what came of it. A text names its message: operations of the same text are retries with the same key
 * and together one message; no two messages of a run have the same text.
 *
 * @param facade who was asked
 * @param key the Idempotency-Key, null if there was none
 * @param id what a 201 said, otherwise null
 * @param status of the answer; {@link Request#NO_ANSWER} if there was none
 * @param invalid whether it was sent so that it has to be refused with a 400
 * @param nothingWritten whether the answer is a 503 which says that nothing was written
 */
public record Operation(
        String client,
        String facade,
        String text,
        String key,
        String id,
        Duration sent,
        Duration answered,
        int status,
        boolean invalid,
        boolean nothingWritten)
        implements Request {

    private static final int CONFLICT = 409;

    public Operation {
        Objects.requireNonNull(client);
        Objects.requireNonNull(facade);
        Objects.requireNonNull(text);
        Request.checkTimes(sent, answered);
    }

    public Outcome outcome() {
        return Outcome.of(status);
    }

    public boolean isAcknowledged() {
        return outcome() == Outcome.ACKNOWLEDGED;
    }

    /** Whether this attempt must not make its text appear anywhere; another one with the same key still may. */
    public boolean leavesNothing() {
        return !isAcknowledged() && (invalid || nothingWritten || outcome() == Outcome.REFUSED);
    }

    /** Whether the facade said that the key belongs to another text. */
    public boolean isConflict() {
        return status == CONFLICT;
    }

    @Override
    public String asked() {
        return facade;
    }

    @Override
    public String what() {
        return "the post of '" + text + "' by " + client;
    }
}
