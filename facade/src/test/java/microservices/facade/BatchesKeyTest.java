package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import microservices.facade.Gathering.Part;
import microservices.message.JsonText;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Posts with an idempotency key, in a crowd with others. */
@Timeout(30)
class BatchesKeyTest {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final int UNDER_WAY = 4;
    private static final String KEY = "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e";
    private static final String OTHER_KEY = "order-7-of-9";
    private static final UUID EARLIER_ID = UUID.fromString("01890a5d-ac96-774b-8000-b302099a8057");

    /** One permit lets one crowd end. */
    private final Semaphore permits = new Semaphore(0);

    private final List<List<Part>> kept = new CopyOnWriteArrayList<>();
    private final Batches batches = new Batches(this::keep, 100_000);

    /** The earlier message of KEY has the text "a". */
    private List<Optional<UUID>> keep(List<Part> parts) {
        kept.add(parts);
        permits.acquireUninterruptibly();
        return parts.stream().map(BatchesKeyTest::id).toList();
    }

    private static Optional<UUID> id(Part part) {
        if (!part.key().equals(Optional.of(KEY))) {
            return Optional.of(part.batch().id());
        }
        return TestPosts.texts(List.of(part)).equals(List.of("a")) ? Optional.of(EARLIER_ID) : Optional.empty();
    }

    @AfterEach
    void stop() {
        permits.release(100);
        batches.close();
    }

    @Test
    void eachOfACrowdIsAnsweredForItself() throws Exception {
        fillUp();
        CompletableFuture<UUID> conflict = post("b", KEY);
        CompletableFuture<UUID> retry = post("a", KEY);
        CompletableFuture<UUID> again = post("a", KEY);
        CompletableFuture<UUID> first = post("b", OTHER_KEY);
        CompletableFuture<UUID> unkeyed = post("b", null);

        permits.release();
        Await.until(LIMIT, "all of them are under way", () -> kept.size() == UNDER_WAY + 1);
        permits.release(100);

        List<Part> crowd = kept.get(UNDER_WAY);
        assertEquals(
                List.of(Optional.empty(), Optional.of(KEY), Optional.of(KEY), Optional.of(KEY), Optional.of(OTHER_KEY)),
                crowd.stream().map(Part::key).toList());
        assertEquals(List.of("b", "b", "a", "a", "b"), TestPosts.texts(crowd), "in the order of their arrival");
        Refusal refused =
                (Refusal) assertThrows(ExecutionException.class, conflict::get).getCause();
        assertEquals(409, refused.status());
        assertTrue(refused.nothingWritten());
        assertEquals(EARLIER_ID, retry.get());
        assertEquals(EARLIER_ID, again.get());
        assertEquals(crowd.get(4).batch().id(), first.get());
        assertEquals(crowd.get(0).batch().id(), unkeyed.get());
    }

    /** One post for each crowd that may be under way, so that those to come wait and are gathered together. */
    private void fillUp() {
        batches.start();
        for (int i = 1; i <= UNDER_WAY; i++) {
            int expected = i;
            post("filler", null);
            Await.until(LIMIT, expected + " are under way", () -> kept.size() == expected);
        }
    }

    private CompletableFuture<UUID> post(String text, String key) {
        return batches.keep(JsonText.encode(text), Optional.ofNullable(key), Runnable::run);
    }
}
