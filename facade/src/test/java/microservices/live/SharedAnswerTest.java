package microservices.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a question is asked, and when the last answer will do. */
@Timeout(60)
class SharedAnswerTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicInteger asked = new AtomicInteger();

    private SharedAnswer<Integer> answer(Duration valid) {
        return new SharedAnswer<>("test", () -> new SharedAnswer.Dated<>(asked.incrementAndGet(), valid));
    }

    @Test
    void isAskedOnce_asLongAsTheAnswerIsGoodEnough() {
        SharedAnswer<Integer> answer = answer(LONG);
        assertEquals(Optional.of(1), answer.within(LONG));
        assertEquals(Optional.of(1), answer.within(LONG));
    }

    @Test
    void isAskedAgain_whenItIsNot() {
        SharedAnswer<Integer> answer = answer(Duration.ZERO);
        assertEquals(Optional.of(1), answer.within(LONG));
        assertEquals(Optional.of(2), answer.within(LONG));
    }

    @Test
    void isNotWaitedForLonger_andIsSharedWithWhoComesMeanwhile() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        SharedAnswer<Integer> answer = new SharedAnswer<>("test", () -> {
            asked.incrementAndGet();
            try {
                gate.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new SharedAnswer.Dated<>(asked.get(), LONG);
        });
        assertEquals(Optional.empty(), answer.within(Duration.ofMillis(10)));
        assertEquals(Optional.empty(), answer.within(Duration.ofMillis(10)));
        gate.countDown();
        assertEquals(Optional.of(1), answer.within(LONG));
    }

    @Test
    void throwsWhatTheQuestionThrew_andAsksAgain() {
        SharedAnswer<Integer> answer = new SharedAnswer<>("test", () -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("first");
            }
            return new SharedAnswer.Dated<>(asked.get(), LONG);
        });
        assertThrows(IllegalStateException.class, () -> answer.within(LONG));
        assertEquals(Optional.of(2), answer.within(LONG));
    }
}
