package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import microservices.message.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyHeaderTest {

    private static final String KEY = "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e";
    private static final String ALL_VISIBLE =
            IntStream.range('!', 0x7F).mapToObj(Character::toString).collect(Collectors.joining());
    private static final String LONGEST = "k".repeat(255);

    @Test
    void isOptional() {
        assertEquals(Optional.empty(), read());
    }

    @Test
    void takes1To255VisibleAsciiCharacters_asTheyAre() {
        for (String key : List.of(KEY, KEY.toUpperCase(), "1", "\"", "\"a", "a\"", ALL_VISIBLE, LONGEST, "a,b")) {
            assertEquals(Optional.of(key), read(key));
        }
    }

    @Test
    void isTheSameKey_quotedOrNot_andWithSpaceAroundIt() {
        for (String value : List.of("\"" + KEY + "\"", " " + KEY, KEY + "\t ", " \"" + KEY + "\" ")) {
            assertEquals(Optional.of(KEY), read(value));
        }
        assertEquals(Optional.of(LONGEST), read("\"" + LONGEST + "\""));
        assertEquals(Optional.of("\"a\""), read("\"\"a\"\""), "one pair of quotation marks is taken off");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\"\"",
                "\" \"",
                "\" secret\"",
                "secret secret",
                "secret, secret",
                "secret\tsecret",
                "secret\u0000",
                "secret\u007f",
                "secret\u0080",
                "sécret"
            })
    void refusesWhatIsNotAKey_andDoesNotEchoIt(String value) {
        Refusal error = assertThrows(Refusal.class, () -> read(value));
        assertEquals(400, error.status());
        assertTrue(error.nothingWritten());
        assertFalse(error.getMessage().contains("cret"), error.getMessage());
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        assertEquals(400, statusOf(LONGEST + "k"));
        assertEquals(400, statusOf("\"" + LONGEST + "k\""));
    }

    @Test
    void refusesTwo_alsoIfTheyAreTheSame() {
        assertEquals(400, statusOf(KEY, KEY));
        assertEquals(400, statusOf(KEY, "another"));
    }

    private static int statusOf(String... values) {
        return assertThrows(Refusal.class, () -> read(values)).status();
    }

    private static Optional<String> read(String... values) {
        return KeyHeader.read(Collections.enumeration(List.of(values)));
    }
}
