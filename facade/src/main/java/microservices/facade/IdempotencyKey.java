package microservices.facade;

import java.util.Enumeration;
import java.util.Locale;
import java.util.Optional;
import microservices.message.MessageIds;
import microservices.message.Refusal;

/** Reads the header by which a client says that a post may be a repetition: of all with one key, one message is kept. */
final class IdempotencyKey {

    static final String HEADER = "Idempotency-Key";

    private IdempotencyKey() {}

    /**
     * The key, in lower case; empty if there is none.
     *
     * @param values what the header was sent with, once for each time that it was sent
     * @throws Refusal 400 if it was sent twice or is not a UUID
     */
    static Optional<String> read(Enumeration<String> values) {
        if (!values.hasMoreElements()) {
            return Optional.empty();
        }
        String key = values.nextElement().toLowerCase(Locale.ROOT);
        if (values.hasMoreElements()) {
            throw Refusal.badRequest(HEADER + " is there twice; send it once");
        }
        if (!MessageIds.isUuid(key)) {
            throw Refusal.badRequest(HEADER + " is not a UUID; send 36 characters, such as uuidgen prints, or none");
        }
        return Optional.of(key);
    }
}
