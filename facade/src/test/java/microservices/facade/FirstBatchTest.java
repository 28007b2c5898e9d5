package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import microservices.facade.Gathering.Part;
import microservices.message.Batch;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FirstBatchTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final BlockingQueue<Optional<Refusal>> answers = new LinkedBlockingQueue<>();
    private final Set<Batch> sent = ConcurrentHashMap.newKeySet();

    @Test
    void healthNamesWhatKeepsItBack_untilABatchIsKept() {
        try (FirstBatch first = new FirstBatch(this::keep)) {
            assertFalse(first.missing().isEmpty(), "nothing has been tried");
            first.start();
            answers.add(Optional.of(Refusal.notNow("the queue is full")));
            Await.until(LIMIT, "it says so", () -> first.missing().toString().contains("the queue is full"));
            for (int i = 0; i < 4; i++) {
                answers.add(Optional.empty());
            }
            Await.until(LIMIT, "four are kept", answers::isEmpty);
            assertFalse(first.missing().isEmpty(), "the first messages of a system take longest");

            answers.add(Optional.empty());

            Await.until(LIMIT, "it is kept", () -> first.missing().isEmpty());
        }
    }

    @Test
    void itIsOneBatch_withoutMessages() {
        for (int i = 0; i < 5; i++) {
            answers.add(Optional.empty());
        }
        try (FirstBatch first = new FirstBatch(this::keep)) {
            first.start();
            Await.until(LIMIT, "it is kept", () -> first.missing().isEmpty());
        }
        assertEquals(List.of(0), sent.stream().map(Batch::size).toList());
    }

    private List<Optional<UUID>> keep(List<Part> parts) {
        Batch batch = parts.get(0).batch();
        sent.add(batch);
        Optional<Refusal> answer = next();
        if (answer.isPresent()) {
            throw answer.get();
        }
        return List.of(Optional.of(batch.id()));
    }

    private Optional<Refusal> next() {
        try {
            return Optional.ofNullable(answers.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS))
                    .orElseThrow(() -> Refusal.notNow("the test ended"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
