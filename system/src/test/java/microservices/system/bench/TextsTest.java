package microservices.system.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextsTest {

    private final Texts texts = new Texts();

    @Test
    void aTextIsReadBackAsItsNumber() {
        byte[] written = "..............".getBytes(StandardCharsets.US_ASCII);
        Texts.write(1_234_567, written, 1);
        String text = new String(written, StandardCharsets.US_ASCII);

        assertEquals(".m00001234567.", text);
        assertEquals(1_234_567, Texts.number(text.substring(1, 13)));
        assertEquals(-1, Texts.number("hello"));
    }

    @Test
    void whatWasAcknowledgedMustBeLogged_andWhatIsUnknownMay() {
        IntStream.range(0, 4).forEach(texts::acknowledge);
        texts.doubt(4);

        assertEquals("", texts.faultOf(numbers(0, 1, 2, 3)));
        assertEquals("", texts.faultOf(numbers(0, 1, 2, 3, 4)));
        assertEquals("1 acknowledged messages are not logged, 0 refused ones are", texts.faultOf(numbers(0, 1, 3)));
        assertEquals(
                "0 acknowledged messages are not logged, 1 refused ones are", texts.faultOf(numbers(0, 1, 2, 3, 9)));
    }

    private static BitSet numbers(int... numbers) {
        BitSet set = new BitSet();
        IntStream.of(numbers).forEach(set::set);
        return set;
    }
}
