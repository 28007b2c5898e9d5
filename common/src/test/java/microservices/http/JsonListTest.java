package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;

class JsonListTest {

    private static final String ODD_TEXT = "\"\\\b\n\u0001\u2028 é € 😀 </script> \\u0041";

    private final AtomicBoolean closed = new AtomicBoolean();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream() {
        @Override
        public void close() {
            closed.set(true);
        }
    };

    @Test
    void writesTheTextsOfAllBatches_inTheirOrder_andLeavesTheStreamOpen() throws IOException {
        JsonList list = new JsonList(out);
        list.add(TestMessages.of(ODD_TEXT));
        list.add(TestMessages.batch("m", 2));
        list.add(TestMessages.of("m0"));
        list.end();

        ObjectMapper mapper = new ObjectMapper();
        JsonNode expected =
                mapper.createArrayNode().add(ODD_TEXT).add("m0").add("m1").add("m0");
        assertEquals(expected, mapper.readTree(out.toByteArray()));
        assertFalse(closed.get());
    }

    @Test
    void aBatchWithoutMessagesLeavesNoTrace() throws IOException {
        JsonList list = new JsonList(out);
        list.add(TestMessages.batch("none", 0));
        list.add(TestMessages.of("a"));
        list.add(TestMessages.batch("none", 0));
        list.add(TestMessages.of("b"));
        list.end();
        assertEquals("[\"a\",\"b\"]", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void writesNoBatchesAsAnEmptyList() throws IOException {
        new JsonList(out).end();
        assertEquals("[]", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void isNoWholeList_beforeItsEnd() throws IOException {
        new JsonList(out).add(TestMessages.of("a"));
        assertEquals("[\"a\"", out.toString(StandardCharsets.UTF_8));
    }
}
