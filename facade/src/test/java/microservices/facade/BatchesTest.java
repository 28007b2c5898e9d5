package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import microservices.http.MessageJson;
import microservices.message.Attempt;
import microservices.message.Message;
import microservices.message.MessageIds;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchesTest {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final int IN_FLIGHT = 4;
    /** What a logging replica reads at most. */
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** Keeps nothing, remembers what it was given, and lets nobody go on before the gate is open. */
    private static final class FakeStep implements Batches.Step {
        private final List<List<Attempt>> batches = new CopyOnWriteArrayList<>();
        private final Map<String, Message> keys = new ConcurrentHashMap<>();
        private final CountDownLatch gate;
        private volatile RuntimeException failure;

        FakeStep(boolean open) {
            gate = new CountDownLatch(open ? 0 : 1);
        }

        @Override
        public List<Optional<String>> keep(List<Attempt> attempts) {
            batches.add(attempts);
            await(gate);
            if (failure != null) {
                throw failure;
            }
            return attempts.stream().map(this::id).toList();
        }

        /** As the log does it: the id of the first attempt with the key, nothing if it had another text. */
        private Optional<String> id(Attempt attempt) {
            if (attempt.key().isEmpty()) {
                return Optional.of(attempt.message().id());
            }
            Message first = keys.computeIfAbsent(attempt.key().get(), key -> attempt.message());
            return first.text().equals(attempt.message().text()) ? Optional.of(first.id()) : Optional.empty();
        }

        void open() {
            gate.countDown();
        }

        int messages() {
            return batches.stream().mapToInt(List::size).sum();
        }

        private static void await(CountDownLatch gate) {
            try {
                assertTrue(gate.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final List<Thread> posters = new ArrayList<>();
    private Batches batches;

    @AfterEach
    void stop() throws InterruptedException {
        batches.close();
        for (Thread poster : posters) {
            poster.interrupt();
            poster.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    @Test
    void aLoneMessageGoesAtOnce_withAnIdOfItsOwn() {
        FakeStep step = start(new FakeStep(true));
        Message first = keep("a");
        Message second = keep("b");
        assertEquals(List.of(unkeyed(first), unkeyed(second)), step.batches);
        assertEquals(List.of("a", "b"), List.of(first.text(), second.text()));
        assertTrue(first.id().compareTo(second.id()) < 0);
        assertNotEquals(MessageIds.batchOf(first.id()), MessageIds.batchOf(second.id()));
    }

    @Test
    void messagesThatArriveWhileBatchesAreUnderWay_areKeptTogetherInFewBatches() throws Exception {
        FakeStep step = start(new FakeStep(false));
        fillFlights(step);
        List<CompletableFuture<Message>> outcomes = post("m", 100);
        assertEquals(IN_FLIGHT, step.batches.size(), "no more than these are under way");

        step.open();

        for (int i = 0; i < 100; i++) {
            assertEquals("m" + i, outcomes.get(i).get().text());
        }
        assertTrue(step.batches.size() <= 2 * IN_FLIGHT, () -> "batches: " + step.batches.size());
    }

    @Test
    void idsAreUnique_andShareTheirBatchAndNoOther() throws Exception {
        FakeStep step = start(new FakeStep(false));
        fillFlights(step);
        List<CompletableFuture<Message>> outcomes = post("m", 60);
        step.open();
        Set<Message> answered = new HashSet<>();
        for (CompletableFuture<Message> outcome : outcomes) {
            answered.add(outcome.get());
        }

        Set<String> ids = new HashSet<>();
        Set<String> batchIds = new HashSet<>();
        Set<Message> kept = new HashSet<>();
        for (List<Attempt> batch : step.batches) {
            Set<String> shared = new HashSet<>();
            batch.forEach(attempt -> {
                ids.add(attempt.message().id());
                shared.add(MessageIds.batchOf(attempt.message().id()));
                kept.add(attempt.message());
            });
            assertEquals(1, shared.size(), "one batch, one partition");
            batchIds.addAll(shared);
        }
        assertEquals(60 + IN_FLIGHT, ids.size());
        assertEquals(step.batches.size(), batchIds.size());
        assertTrue(kept.containsAll(answered), "each caller has the id under which its own text was kept");
    }

    @Test
    void aFailingStepFailsAllInItsBatch_andNobodyElse() throws Exception {
        Refusal failure = Refusal.unavailable("no logging replica");
        FakeStep step = new FakeStep(false);
        start(attempts -> {
            List<Optional<String>> ids = step.keep(attempts);
            if (attempts.get(0).message().text().startsWith("bad")) {
                throw failure;
            }
            return ids;
        });
        List<CompletableFuture<Message>> first = fillFlights(step);
        List<CompletableFuture<Message>> outcomes = post("bad", 20);

        step.open();

        for (CompletableFuture<Message> outcome : outcomes) {
            ExecutionException e = assertThrows(ExecutionException.class, outcome::get);
            assertEquals(failure, e.getCause());
        }
        for (CompletableFuture<Message> outcome : first) {
            assertTrue(outcome.get().text().startsWith("first"));
        }
        for (int i = 0; i < 2 * IN_FLIGHT; i++) {
            assertEquals("next", keep("next").text(), "all threads go on");
        }
    }

    @Test
    void aBugInTheStepIsNoHttpError_andTheThreadGoesOn() {
        FakeStep step = start(new FakeStep(true));
        step.failure = new ArithmeticException("a bug");
        for (int i = 0; i < 2 * IN_FLIGHT; i++) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> keep("a"));
            assertEquals(step.failure, e.getCause());
        }
        step.failure = null;
        assertEquals("b", keep("b").text());
    }

    @Test
    void refusesAtOnce_whenTooManyAreWaiting_andKeepsThoseThatAre() {
        FakeStep step = new FakeStep(true);
        batches = new Batches(step);
        int waiting = fillWaiting("m", 10_000);
        assertTrue(waiting > 100 && waiting < 10_000, () -> "waiting: " + waiting);
        Refusal error = assertThrows(Refusal.class, () -> keep("one more"));
        assertEquals(503, error.status());
        assertTrue(error.getMessage().contains("too many"), error.getMessage());
        assertEquals(List.of(), step.batches, "nothing has been kept so far");

        batches.start();
        Await.until(LIMIT, "what waited is kept", () -> step.messages() == waiting);
        assertEquals("again", keep("again").text());
        assertEquals(waiting + 1, step.messages());
    }

    @Test
    void noBatchIsMoreThanALoggingReplicaReads_howeverMuchWaits() {
        FakeStep step = new FakeStep(true);
        batches = new Batches(step);
        // The text that is longest as JSON: each byte becomes six.
        int waiting = fillWaiting("\u0001".repeat(64 * 1024 - 1) + "m", 100);
        assertEquals(100, waiting);

        batches.start();
        Await.until(LIMIT, "all is kept", () -> step.messages() == waiting);
        for (List<Attempt> batch : step.batches) {
            assertTrue(MessageJson.writeAttempts(batch).length <= MAX_BODY_BYTES, () -> "messages: " + batch.size());
        }
        assertTrue(step.batches.size() < waiting, "they are kept together all the same");
    }

    @Test
    void answers503ToARequestThatIsInterrupted() {
        start(new FakeStep(false));
        Thread.currentThread().interrupt();
        Refusal error = assertThrows(Refusal.class, () -> keep("a"));
        assertTrue(Thread.interrupted(), "the interrupt is not swallowed");
        assertEquals(503, error.status());
    }

    private Message keep(String text) {
        return batches.keep(text, Optional.empty());
    }

    private static List<Attempt> unkeyed(Message message) {
        return List.of(new Attempt(message, Optional.empty()));
    }

    private FakeStep start(FakeStep step) {
        start((Batches.Step) step);
        return step;
    }

    private void start(Batches.Step step) {
        batches = new Batches(step);
        batches.start();
    }

    /** Posts one message for each batch that may be under way, and waits until they are. */
    private List<CompletableFuture<Message>> fillFlights(FakeStep step) {
        List<CompletableFuture<Message>> outcomes = new ArrayList<>();
        for (int i = 1; i <= IN_FLIGHT; i++) {
            int expected = i;
            outcomes.addAll(post("first" + i + "-", 1));
            Await.until(LIMIT, expected + " batches are under way", () -> step.batches.size() == expected);
        }
        assertFalse(outcomes.stream().anyMatch(CompletableFuture::isDone));
        return outcomes;
    }

    /** Posts messages, each on a thread of its own as HTTP does, and waits until all of them wait for their outcome. */
    private List<CompletableFuture<Message>> post(String prefix, int count) {
        List<CompletableFuture<Message>> outcomes = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = prefix + i;
            CompletableFuture<Message> outcome = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    outcome.complete(keep(text));
                } catch (RuntimeException e) {
                    outcome.completeExceptionally(e);
                }
            });
            thread.start();
            outcomes.add(outcome);
            threads.add(thread);
        }
        posters.addAll(threads);
        Await.until(
                LIMIT,
                "all are waiting",
                () -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
        return outcomes;
    }

    /** Puts in what nobody waits for: a request that is interrupted leaves its message behind. */
    private int fillWaiting(String text, int most) {
        for (int waiting = 0; waiting < most; waiting++) {
            Thread.currentThread().interrupt();
            Refusal error = assertThrows(Refusal.class, () -> keep(text));
            Thread.interrupted();
            if (error.getMessage().contains("too many")) {
                return waiting;
            }
        }
        return most;
    }
}
