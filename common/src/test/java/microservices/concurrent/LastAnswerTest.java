package microservices.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LastAnswerTest {

    @Test
    void isUnknown_beforeTheFirstAnswer() {
        LastAnswer<Integer> last = new LastAnswer<>(Duration.ofHours(1));
        assertEquals(Double.NaN, last.number(Integer::doubleValue));
        assertEquals(Double.NaN, last.ageSeconds());
    }

    @Test
    void isTheLastAnswer_asANumber() {
        LastAnswer<Integer> last = new LastAnswer<>(Duration.ofHours(1));
        last.set(1);
        last.set(2);
        assertEquals(2, last.number(Integer::doubleValue));
    }

    @Test
    void isUnknown_onceTheLastAnswerIsTooOld_andSaysHowOldItIs() {
        LastAnswer<Integer> last = new LastAnswer<>(Duration.ofNanos(-1));
        last.set(1);
        assertEquals(Double.NaN, last.number(Integer::doubleValue));
        double age = last.ageSeconds();
        assertTrue(age >= 0 && age < 60, age + " s");
    }
}
