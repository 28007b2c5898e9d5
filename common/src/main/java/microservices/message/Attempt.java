package microservices.message;

import java.util.Objects;
import java.util.Optional;

/**
 * One attempt of a client to have a message kept. The message's id becomes its own unless an earlier attempt with the
 * same key has given it one.
 *
 * @param key the client's idempotency key, a UUID in lower case; empty if this is the only attempt that there will be
 */
public record Attempt(Message message, Optional<String> key) {

    public Attempt {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(key, "key");
    }
}
