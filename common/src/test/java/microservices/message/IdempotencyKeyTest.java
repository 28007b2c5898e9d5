package microservices.message;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "!", "~", "\"", "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e"})
    void takesVisibleAsciiCharacters(String key) {
        assertTrue(IdempotencyKey.isValid(key));
    }

    @Test
    void takes255Characters_andNotOneMore() {
        assertTrue(IdempotencyKey.isValid("k".repeat(255)));
        assertFalse(IdempotencyKey.isValid("k".repeat(256)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " a", "a ", "a b", "\t", "a\n", "\0", "\u001f", "\u007f", "\u0080", "é", "😀"})
    void takesNothingElse(String key) {
        assertFalse(IdempotencyKey.isValid(key));
    }
}
