package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    private final ObjectMapper mapper = new ObjectMapper();

    /** U+10348 is in no plane but the second; the family is five code points. */
    @ParameterizedTest
    @ValueSource(
            strings = {"a", "é", "€", "😀", "\uD800\uDF48", "👩‍👩‍👧", "a😀b", "\u007f", "\u0085", "\u2028\u2029", "/"
            })
    void writesWhateverNeedsNoEscapeAsItIs_inUtf8(String text) {
        assertEquals("\"" + text + "\"", encoded(text));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "34, \\\"",
                "92, \\\\",
                "8, \\b",
                "9, \\t",
                "10, \\n",
                "12, \\f",
                "13, \\r",
                "1, \\u0001",
                "31, \\u001F"
            })
    void escapesQuotesBackslashesAndControlCharacters(int character, String escaped) {
        assertEquals("\"a" + escaped + "b\"", encoded("a" + (char) character + "b"));
    }

    @Test
    void anyJsonParserReadsItBack() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int character = 1; character < 0x2100; character++) {
            text.append((char) character);
        }
        text.append("😀\uD800\uDF48\uDBFF\uDFFF\uFFFD");
        assertEquals(text.toString(), mapper.readValue(JsonText.encode(text.toString()), String.class));
    }

    @Test
    void readsBackALongText_whereverItsPartsMeet() {
        for (int offset = 0; offset < 5; offset++) {
            String text = "x".repeat(offset) + "😀€é\n".repeat(5_000);
            byte[] list = ("[" + encoded(text) + "]").getBytes(StandardCharsets.UTF_8);
            assertEquals(List.of(text), JsonText.decodeList(list));
        }
    }

    @Test
    void decodesAList_alsoAnEmptyOne() {
        assertEquals(List.of("a", "😀\n", "a"), decode("[\"a\", \"\\ud83d\\ude00\\n\",\"a\"] "));
        assertEquals(List.of(), decode("[]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"a\"",
                "{}",
                "[null]",
                "[1]",
                "[\"a\"",
                "[\"a\",1]",
                "[[\"a\"]]",
                "[\"a\"]]",
                "[\"a\"][]",
                "[a]"
            })
    void refusesWhatIsNoListOfStrings(String list) {
        assertThrows(IllegalArgumentException.class, () -> decode(list));
    }

    private static List<String> decode(String list) {
        return JsonText.decodeList(list.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return new String(JsonText.encode(text), StandardCharsets.UTF_8);
    }
}
