package microservices.facade;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import microservices.concurrent.Deadline;
import microservices.facade.Gathering.Part;
import microservices.message.JsonText;
import microservices.testing.TestMessages;

/** Makes posts and batches as the facade's door does. */
final class TestPosts {

    private static final Duration LONG = Duration.ofMinutes(5);

    private TestPosts() {}

    /** A post without a key, which has much time. */
    static Post post(String text) {
        return post(text, null);
    }

    /** A post that has much time. */
    static Post post(String text, String key) {
        return post(text, key, LONG);
    }

    /** @param key null if there is none */
    static Post post(String text, String key, Duration patience) {
        return new Post(
                JsonText.encode(text),
                Optional.ofNullable(key),
                Deadline.in(patience),
                new CompletableFuture<>(),
                Runnable::run);
    }

    /** A batch of one that no post waits for. */
    static Part part(String text, String key) {
        return new Part(TestMessages.of(text), List.of(), Optional.ofNullable(key));
    }

    /** The texts of parts, in order. */
    static List<String> texts(List<Part> parts) {
        return TestMessages.texts(parts.stream().map(Part::batch).toList());
    }
}
