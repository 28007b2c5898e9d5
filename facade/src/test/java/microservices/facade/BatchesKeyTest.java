package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import microservices.message.Attempt;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Posts with an idempotency key, in a batch with others. */
@Timeout(30)
class BatchesKeyTest {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final int IN_FLIGHT = 4;
    private static final String KEY = "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e";
    private static final String OTHER_KEY = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    private static final String EARLIER_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

    /** One permit lets one batch end. */
    private final Semaphore permits = new Semaphore(0);

    private final List<List<Attempt>> kept = new CopyOnWriteArrayList<>();
    private final List<Thread> posters = new ArrayList<>();
    private final Batches batches = new Batches(this::keep);

    /** The earlier message of KEY has the text "a". */
    private List<Optional<String>> keep(List<Attempt> attempts) {
        kept.add(attempts);
        permits.acquireUninterruptibly();
        return attempts.stream().map(BatchesKeyTest::id).toList();
    }

    private static Optional<String> id(Attempt attempt) {
        if (!attempt.key().equals(Optional.of(KEY))) {
            return Optional.of(attempt.message().id());
        }
        return attempt.message().text().equals("a") ? Optional.of(EARLIER_ID) : Optional.empty();
    }

    @AfterEach
    void stop() throws InterruptedException {
        permits.release(100);
        batches.close();
        for (Thread poster : posters) {
            poster.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    @Test
    void eachOfABatchIsAnsweredForItself() throws Exception {
        fillFlights();
        CompletableFuture<Message> conflict = post("b", KEY);
        CompletableFuture<Message> retry = post("a", KEY);
        CompletableFuture<Message> again = post("a", KEY);
        CompletableFuture<Message> first = post("b", OTHER_KEY);
        CompletableFuture<Message> unkeyed = post("b", null);

        permits.release();
        Await.until(LIMIT, "all of them are under way", () -> kept.size() == IN_FLIGHT + 1);
        permits.release(100);

        List<Attempt> batch = kept.get(IN_FLIGHT);
        assertEquals(
                List.of("b", "a", "a", "b", "b"),
                batch.stream().map(attempt -> attempt.message().text()).toList(),
                "in one batch, in the order of their arrival");
        assertEquals(
                List.of(Optional.of(KEY), Optional.of(KEY), Optional.of(KEY), Optional.of(OTHER_KEY), Optional.empty()),
                batch.stream().map(Attempt::key).toList());
        ExecutionException refused = assertThrows(ExecutionException.class, conflict::get);
        assertEquals(409, ((Refusal) refused.getCause()).status());
        assertEquals(new Message(EARLIER_ID, "a"), retry.get());
        assertEquals(new Message(EARLIER_ID, "a"), again.get());
        assertEquals(batch.get(3).message(), first.get());
        assertEquals(batch.get(4).message(), unkeyed.get());
    }

    /** One post for each batch that may be under way, so that those to come wait and are gathered together. */
    private void fillFlights() {
        batches.start();
        for (int i = 1; i <= IN_FLIGHT; i++) {
            int expected = i;
            post("filler", null);
            Await.until(LIMIT, expected + " batches are under way", () -> kept.size() == expected);
        }
    }

    /** Posts on a thread of its own, and waits until it waits for its outcome. */
    private CompletableFuture<Message> post(String text, String key) {
        CompletableFuture<Message> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(batches.keep(text, Optional.ofNullable(key)));
            } catch (RuntimeException e) {
                outcome.completeExceptionally(e);
            }
        });
        thread.start();
        posters.add(thread);
        Await.until(LIMIT, "it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        return outcome;
    }
}
