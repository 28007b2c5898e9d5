package microservices.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedCallTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final SharedCall<Integer> call = new SharedCall<>("question", this::ask);

    private int ask() {
        int number = asked.incrementAndGet();
        try {
            answer.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return number;
    }

    @AfterEach
    void stop() {
        answer.countDown();
    }

    @Test
    void whoAsksMeanwhileSharesTheAnswer() throws Exception {
        long since = System.nanoTime();
        List<Thread> waiting = new ArrayList<>();
        Queue<Optional<Integer>> answers = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(new Thread(() -> answers.add(call.answer(since, LONG))));
        }
        waiting.forEach(Thread::start);
        Await.until(
                LONG,
                "all wait",
                () -> waiting.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
        answer.countDown();
        for (Thread thread : waiting) {
            thread.join();
        }
        assertEquals(Collections.nCopies(10, Optional.of(1)), List.copyOf(answers));
    }

    @Test
    void aQuestionThatWasAskedBeforeDoesNotCount() {
        assertEquals(Optional.empty(), call.answer(System.nanoTime(), SHORT));
        awaitAsked(1);
        long departure = System.nanoTime();
        assertEquals(Optional.empty(), call.answer(departure, SHORT));
        assertEquals(Optional.empty(), call.answer(departure, SHORT), "the second question is good for this");
        awaitAsked(2);
        answer.countDown();
        // The second one, or a third one if the second was answered before this asks.
        assertTrue(call.answer(departure, LONG).orElseThrow() >= 2);
    }

    @Test
    void asksAnew_whenAnAnswerHasCome() {
        answer.countDown();
        long since = System.nanoTime();
        assertEquals(Optional.of(1), call.answer(since, LONG));
        assertEquals(Optional.of(2), call.answer(since, LONG));
    }

    @Test
    void asksAFewTimesAtOnceAtMost() {
        for (int i = 0; i < 10; i++) {
            assertEquals(Optional.empty(), call.answer(System.nanoTime(), SHORT));
        }
        awaitAsked(4);
        answer.countDown();
        Await.until(
                LONG,
                "it is asked again",
                () -> call.answer(System.nanoTime(), LONG).isPresent());
    }

    /** Exactly so often, sooner or later. */
    private void awaitAsked(int times) {
        Await.until(LONG, "it is asked " + times + " times", () -> asked.get() >= times);
        assertEquals(times, asked.get());
    }

    @Test
    void tellsWhatTheQuestionThrew() {
        SharedCall<Integer> failing = new SharedCall<>("question", () -> {
            throw Refusal.notNow("no");
        });
        Refusal error = assertThrows(Refusal.class, () -> failing.answer(System.nanoTime(), LONG));
        assertEquals("no", error.getMessage());
    }
}
