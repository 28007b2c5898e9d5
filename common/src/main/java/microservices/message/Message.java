package microservices.message;

import java.util.Objects;

/**
 * One message: what a client posts, with the id that the facade gave it.
 *
 * @param id a UUIDv7 in its 36-character form, see {@link BatchIds}
 * @param text 1 byte to 64 KiB of UTF-8, see {@link MessageText}
 */
public record Message(String id, String text) {

    public Message {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
    }
}
