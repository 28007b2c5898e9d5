package microservices.system.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerParserTest {

    @Test
    void readsListsAndIds() throws IOException {
        assertEquals(List.of("a", "é"), AnswerParser.parseList(json("[\"a\",\"é\"]")));
        assertEquals(List.of(List.of("a"), List.of()), AnswerParser.parseBoth(json("[[\"a\"],[]]")));
        assertEquals("7", AnswerParser.parseId(json("{\"id\":\"7\",\"msg\":\"id\"}")));
    }

    @Test
    void takesNothingElseForAList() {
        assertThrows(IOException.class, () -> AnswerParser.parseList(json("{}")));
        assertThrows(IOException.class, () -> AnswerParser.parseList(json("[\"a\"")));
        assertThrows(IOException.class, () -> AnswerParser.parseList(json("[null]")));
        assertThrows(IOException.class, () -> AnswerParser.parseList(json("[\"a\"]]")));
        assertThrows(IOException.class, () -> AnswerParser.parseBoth(json("[\"a\"]")));
        assertThrows(IOException.class, () -> AnswerParser.parseBoth(json("[[\"a\"]]")));
        assertThrows(IOException.class, () -> AnswerParser.parseBoth(json("[[],[],[]]")));
        assertThrows(IOException.class, () -> AnswerParser.parseBoth(json("[[],[]")));
        assertThrows(IOException.class, () -> AnswerParser.parseBoth(json("[[],[]] []")));
        assertThrows(IOException.class, () -> AnswerParser.parseBoth(json("")));
        assertThrows(IOException.class, () -> AnswerParser.parseId(json("{}")));
        assertThrows(IOException.class, () -> AnswerParser.parseId(json("{\"id")));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
