package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextListsTest {

    @Test
    void readsListsAndIds() throws IOException {
        assertEquals(List.of("a", "é"), TextLists.readOne(json("[\"a\",\"é\"]")));
        assertEquals(List.of(List.of("a"), List.of()), TextLists.readBoth(json("[[\"a\"],[]]")));
        assertEquals("7", TextLists.readId(json("{\"id\":\"7\",\"msg\":\"id\"}")));
    }

    @Test
    void takesNothingElseForAList() {
        assertThrows(IOException.class, () -> TextLists.readOne(json("{}")));
        assertThrows(IOException.class, () -> TextLists.readOne(json("[\"a\"")));
        assertThrows(IOException.class, () -> TextLists.readOne(json("[null]")));
        assertThrows(IOException.class, () -> TextLists.readOne(json("[\"a\"]]")));
        assertThrows(IOException.class, () -> TextLists.readBoth(json("[\"a\"]")));
        assertThrows(IOException.class, () -> TextLists.readBoth(json("[[\"a\"]]")));
        assertThrows(IOException.class, () -> TextLists.readBoth(json("[[],[],[]]")));
        assertThrows(IOException.class, () -> TextLists.readBoth(json("[[],[]")));
        assertThrows(IOException.class, () -> TextLists.readBoth(json("[[],[]] []")));
        assertThrows(IOException.class, () -> TextLists.readBoth(json("")));
        assertThrows(IOException.class, () -> TextLists.readId(json("{}")));
        assertThrows(IOException.class, () -> TextLists.readId(json("{\"id")));
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
