package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTextTest {

    private static final int LIMIT = 64 * 1024;

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "€", "😀"})
    void accepts64KibOfUtf8_andNotOneByteMore(String character) {
        int width = character.getBytes(StandardCharsets.UTF_8).length;
        String filler = "x".repeat(LIMIT % width);
        String longest = character.repeat(LIMIT / width) + filler;
        assertEquals(LIMIT, longest.getBytes(StandardCharsets.UTF_8).length);

        assertSame(longest, MessageText.check("msg", longest));
        assertEquals(413, statusOf(longest + "x"));
        assertEquals(413, statusOf("x" + longest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0", " a ", "\ta\n", "ß\u00a0", "\u0001", "\u007f", "👩‍👩‍👧", "null", "\ufffd"})
    void acceptsWhateverHasAVisibleCharacter_andChangesNothing(String text) {
        assertSame(text, MessageText.check("msg", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\r\n", "\u2003", "\u3000\u1680", "\u2028\u2029", "\u001c\u001f"})
    void refusesBlanks(String blank) {
        assertEquals(400, statusOf(blank));
    }

    @Test
    void refusesALongBlank_asBlank() {
        assertEquals(400, statusOf(" ".repeat(LIMIT + 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "a\0", "\0a", "a\0b"})
    void refusesNul(String text) {
        assertEquals(400, statusOf(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\ud83d",
                "\ude00",
                "a\ud83d",
                "\ude00a",
                "\ud83da",
                "a\ude00",
                "\ude00\ud83d",
                "\ud83d😀",
                "😀\ude00"
            })
    void refusesHalfASurrogatePair_atEitherEndAndBetween(String text) {
        assertEquals(400, statusOf(text));
    }

    @Test
    void saysWhichFieldIsWrong_andDoesNotEchoIt() {
        Refusal error = assertThrows(Refusal.class, () -> MessageText.check("text", "secret\0"));
        assertTrue(error.getMessage().startsWith("text "), error.getMessage());
        assertFalse(error.getMessage().contains("secret"), error.getMessage());
    }

    @Test
    void onOneLine_leavesOrdinaryTextAlone() {
        String text = "It's 5 € \\n 😀 'quoted'\u00a0";
        assertSame(text, MessageText.onOneLine(text));
    }

    @Test
    void onOneLine_escapesWhatEndsALineOrMovesTheCursor() {
        assertEquals(
                "a\\u000d\\u000ab\\u0009c\\u001b[2Jd\\u007fe\\u0085f\\u2028g\\u2029h😀",
                MessageText.onOneLine("a\r\nb\tc\u001b[2Jd\u007fe\u0085f\u2028g\u2029h😀"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a' identifier='00000000-0000-7000-8000-000000000000",
                "identifier='b'",
                "a' identifier=",
                "a' text='b",
                "text=",
                "A' IDENTIFIER='b",
                "text=text='identifier='",
            })
    void onOneLine_letsNoTextForgeAPartOfTheLine(String text) {
        String line = "text='" + MessageText.onOneLine(text) + "' identifier='ID'";
        assertEquals(1, line.toLowerCase(Locale.ROOT).split("text='", -1).length - 1, line);
        assertEquals(1, line.toLowerCase(Locale.ROOT).split("identifier='", -1).length - 1, line);
        assertTrue(line.endsWith("' identifier='ID'"), line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "it's 'quoted'",
                "a=b text=5 identifier=7",
                "context = 'a'",
                "='",
                "name='x'",
                "👩‍👩‍👧 می‌خواهم שלום سلام",
                "a'",
                "text",
                "тест’"
            })
    void onOneLine_leavesAlone_whatForgesNothing(String text) {
        assertSame(text, MessageText.onOneLine(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u202e", "\u202a", "\u202d", "\u2066", "\u2067", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b",
                        "\u2060",
                "\ufeff", "\u2028", "\u2029", "\u0085", "\u009b", "\u001b", "\u007f", "\u00ad", "\r", "\n",
                        "\udb40\udc41"
            })
    void onOneLine_escapesWhatTurnsOrHidesTheLine(String odd) {
        StringBuilder escaped = new StringBuilder("a");
        odd.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
        assertEquals(escaped + "b", MessageText.onOneLine("a" + odd + "b"));
    }

    private static int statusOf(String text) {
        return assertThrows(Refusal.class, () -> MessageText.check("msg", text)).status();
    }
}
