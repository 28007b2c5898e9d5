package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import microservices.message.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    private static final String KEY = "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e";

    @Test
    void isOptional() {
        assertEquals(Optional.empty(), read());
    }

    @Test
    void takesAUuidOfAnyVersion_inLowerOrUpperCase() {
        assertEquals(Optional.of(KEY), read(KEY));
        assertEquals(Optional.of(KEY), read("0D9E7F3C-4c1e-4a0f-8f6e-3B1B6A1C2D3E"));
        assertEquals(Optional.of("00000000-0000-0000-0000-000000000000"), read("00000000-0000-0000-0000-000000000000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "secret",
                "\"0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e\"",
                "{0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e}",
                "0d9e7f3c4c1e4a0f8f6e3b1b6a1c2d3e",
                "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3",
                "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e0",
                "0d9e7f3c-4c1e-4a0f-8f6e3-b1b6a1c2d3e",
                "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3g",
                " 0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3",
                "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e, 0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e"
            })
    void refusesWhatIsNotAUuid_andDoesNotEchoIt(String value) {
        Refusal error = assertThrows(Refusal.class, () -> read(value));
        assertEquals(400, error.status());
        assertFalse(error.getMessage().contains("secret"), error.getMessage());
    }

    @Test
    void refusesTwo_alsoIfTheyAreTheSame() {
        Refusal error = assertThrows(Refusal.class, () -> read(KEY, KEY));
        assertEquals(400, error.status());
    }

    private static Optional<String> read(String... values) {
        return IdempotencyKey.read(Collections.enumeration(List.of(values)));
    }
}
