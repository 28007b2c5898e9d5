package microservices.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkerTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicReference<Thread> thread = new AtomicReference<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private Worker worker;

    @AfterEach
    void stop() {
        gate.countDown();
        worker.close();
    }

    private Worker start(Worker.Step step, Duration afterFailure, Duration stop) {
        worker = new Worker("some worker", step, afterFailure, stop);
        worker.start();
        return worker;
    }

    private Duration step(Duration pause) {
        thread.set(Thread.currentThread());
        steps.incrementAndGet();
        return pause;
    }

    @Test
    void repeatsItsStep_onOneThreadOfItsName() {
        start(() -> step(SHORT), LIMIT, LIMIT);
        awaitSteps(3);
        assertEquals("some worker", thread.get().getName());
        assertTrue(thread.get().isDaemon());
    }

    @Test
    void doesNothing_beforeItIsStarted() {
        worker = new Worker("some worker", () -> step(SHORT), SHORT, LIMIT);
        worker.close();
        assertEquals(0, steps.get());
    }

    @Test
    void waitsAsLongAsTheStepSays() {
        start(() -> step(Duration.ofMillis(200)), SHORT, LIMIT);
        awaitSteps(1);
        long begun = System.nanoTime();
        awaitSteps(4);
        assertTrue(System.nanoTime() - begun >= Duration.ofMillis(400).toNanos(), "two whole pauses at least");
    }

    @Test
    void endsThePause_whenItIsWoken() {
        start(() -> step(Worker.UNTIL_WOKEN), SHORT, LIMIT);
        awaitSteps(1);
        awaitWaiting();
        assertEquals(1, steps.get());
        worker.wake();
        awaitSteps(2);
    }

    @Test
    void sparesTheNextPause_whenItIsWokenDuringAStep_onceHoweverOften() throws Exception {
        start(
                () -> {
                    if (step(SHORT) != null && steps.get() == 1) {
                        gate.await();
                    }
                    return Worker.UNTIL_WOKEN;
                },
                SHORT,
                LIMIT);
        awaitSteps(1);
        worker.wake();
        worker.wake();
        worker.wake();
        gate.countDown();
        awaitSteps(2);
        awaitWaiting();
        assertEquals(2, steps.get());
    }

    @Test
    void repeatsAStepThatFails_afterThePauseForThat() {
        start(
                () -> {
                    step(SHORT);
                    throw new IllegalStateException("this step fails");
                },
                SHORT,
                LIMIT);
        awaitSteps(3);
    }

    @Test
    void waitsThePauseForIt_afterAFailure() {
        start(
                () -> {
                    step(SHORT);
                    throw new IllegalStateException("this step fails");
                },
                Worker.UNTIL_WOKEN,
                LIMIT);
        awaitSteps(1);
        awaitWaiting();
        assertEquals(1, steps.get());
        worker.wake();
        awaitSteps(2);
    }

    @Test
    void ends_whenAStepIsInterrupted_andItsProcessIsToldUntilItIsClosed() {
        start(
                () -> {
                    step(SHORT);
                    gate.await();
                    throw new InterruptedException();
                },
                SHORT,
                LIMIT);
        awaitSteps(1);
        assertFalse(Worker.ended().contains("some worker"));
        gate.countDown();
        awaitEnd();
        assertEquals(1, steps.get());
        assertTrue(Worker.ended().contains("some worker"));
        worker.close();
        assertFalse(Worker.ended().contains("some worker"));
    }

    @Test
    void close_endsThePause_andMayBeCalledTwice() {
        start(() -> step(Worker.UNTIL_WOKEN), SHORT, LIMIT);
        awaitSteps(1);
        awaitWaiting();
        worker.close();
        assertFalse(thread.get().isAlive());
        assertEquals(1, steps.get());
        worker.close();
    }

    @Test
    void close_letsTheStepUnderWayFinish() throws Exception {
        AtomicInteger finished = new AtomicInteger();
        start(
                () -> {
                    step(SHORT);
                    gate.await();
                    finished.incrementAndGet();
                    return SHORT;
                },
                SHORT,
                LIMIT);
        awaitSteps(1);
        Thread closing = new Thread(worker::close);
        closing.start();
        Await.until(LIMIT, "a step sees that it is to end", worker::closed);
        assertTrue(closing.isAlive(), "it waits for the step");
        gate.countDown();
        closing.join();
        assertEquals(1, finished.get());
        assertFalse(thread.get().isAlive());
        assertEquals(1, steps.get());
    }

    @Test
    void close_returnsWithinItsTime_whenTheStepDoesNotEnd() {
        start(
                () -> {
                    step(SHORT);
                    gate.await();
                    return SHORT;
                },
                SHORT,
                Duration.ofMillis(100));
        awaitSteps(1);
        long begun = System.nanoTime();
        worker.close();
        long took = System.nanoTime() - begun;
        assertTrue(took >= Duration.ofMillis(100).toNanos() && took < LIMIT.toNanos(), took + " ns");
        gate.countDown();
        awaitEnd();
        assertEquals(1, steps.get());
    }

    private void awaitSteps(int count) {
        Await.until(LIMIT, count + " steps", () -> steps.get() >= count);
    }

    private void awaitWaiting() {
        Await.until(LIMIT, "it waits", () -> thread.get().getState() == Thread.State.TIMED_WAITING);
    }

    private void awaitEnd() {
        Await.until(LIMIT, "its thread has ended", () -> !thread.get().isAlive());
    }
}
