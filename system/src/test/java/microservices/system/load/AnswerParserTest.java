package microservices.system.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerParserTest {

    @Test
    void readsLists() throws IOException {
        assertEquals(List.of("a", "é"), AnswerParser.parseList(json("[\"a\",\"é\"]")));
        assertEquals(List.of(List.of("a"), List.of()), AnswerParser.parseBoth(json("[[\"a\"],[]]")));
    }

    @Test
    void readsTheFieldsOfAnObject() {
        assertEquals(Optional.of("7"), AnswerParser.parseField(json("{\"id\":\"7\",\"msg\":\"id\"}"), "id"));
        assertEquals(Optional.of("id"), AnswerParser.parseField(json("{\"id\":\"7\",\"msg\":\"id\"}"), "msg"));
        assertEquals(Optional.empty(), AnswerParser.parseField(json("{\"in\":{\"id\":\"7\"}}"), "id"));
        assertEquals(Optional.empty(), AnswerParser.parseField(json("{\"id\":7}"), "id"));
        assertEquals(Optional.empty(), AnswerParser.parseField(json("{}"), "id"));
        assertEquals(Optional.empty(), AnswerParser.parseField(json("{\"id"), "id"));
        assertEquals(Optional.empty(), AnswerParser.parseField(json("[\"id\"]"), "id"));
        assertEquals(Optional.empty(), AnswerParser.parseField(json(""), "id"));
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
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
