package microservices.facade;

import java.util.Enumeration;
import java.util.Optional;
import microservices.message.IdempotencyKey;
import microservices.message.Refusal;

/**
 * Reads the header {@code Idempotency-Key}: a key as it stands, or quoted, as draft-ietf-httpapi-idempotency-key-header
 * has it; the same key either way.
 */
final class KeyHeader {

    static final String NAME = "Idempotency-Key";

    private KeyHeader() {}

    /**
     * The key; empty if there is none.
     *
     * @param values what the header was sent with, once for each time that it was sent
     * @throws Refusal 400 if it was sent twice or may not be a key
     */
    static Optional<String> read(Enumeration<String> values) {
        if (!values.hasMoreElements()) {
            return Optional.empty();
        }
        String key = unquoted(values.nextElement().strip());
        if (values.hasMoreElements()) {
            throw Refusal.badRequest(NAME + " is there twice; send it once");
        }
        if (!IdempotencyKey.isValid(key)) {
            throw Refusal.badRequest(
                    NAME + " is not a key; send 1 to 255 visible ASCII characters, such as uuidgen prints, or none");
        }
        return Optional.of(key);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
