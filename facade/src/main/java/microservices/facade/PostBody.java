package microservices.facade;

import java.util.Set;
import microservices.http.Json;
import microservices.message.MessageText;

/** Reads the body of a client's post, {@code {"msg":"…"}}, strictly. */
final class PostBody {

    private static final String SHAPE = "send {\"msg\":\"your text\"}";

    private PostBody() {}

    /**
     * The text.
     *
     * @throws Refusal 400 or 413, see {@link MessageText#check}
     */
    static String read(String body) {
        return MessageText.check(
                "msg", Json.readObject(body, SHAPE, Set.of("msg")).get("msg"));
    }
}
