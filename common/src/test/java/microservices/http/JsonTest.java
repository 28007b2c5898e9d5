package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import microservices.message.Refusal;
import microservices.service.Health;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static final String SHAPE = "send something else";
    private static final Set<String> MSG = Set.of("msg");
    private static final Set<String> ID_AND_MSG = Set.of("id", "msg");
    /** Whatever JSON has to escape, and what it need not. */
    private static final String ODD_TEXT =
            "\"\\/\b\f\n\r\t\u0001\u001f\u007f\u0085\u2028\u2029 é € 😀 </script> \\u0041";

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void readsAnObject() {
        assertEquals("msg1", post("{\"msg\":\"msg1\"}"));
        assertEquals(" é😀\n", post(" \r\n{ \"msg\" :\t\" \\u00e9\\uD83D\\uDE00\\n\" }\n"));
        assertEquals("{\"msg\":\"inner\"}", post("{\"msg\":\"{\\\"msg\\\":\\\"inner\\\"}\"}"));
    }

    @Test
    void readsWhateverTheStringIs_forItIsNotItsJobWhatATextMayBe() {
        assertEquals("", post("{\"msg\":\"\"}"));
        assertEquals("a\0", post("{\"msg\":\"a\\u0000\"}"));
        assertEquals("\ud83d", post("{\"msg\":\"\\ud83d\"}"));
        assertEquals("é".repeat(100_000), post("{\"msg\":\"" + "\\u00e9".repeat(100_000) + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // not JSON
                "",
                " \n\t",
                "msg1",
                "msg=msg1",
                "{",
                "{\"msg\"",
                "{\"msg\":",
                "{\"msg\":}",
                "{\"msg\":\"msg1\"",
                "{\"msg\":\"msg1",
                "{\"msg\":\"msg1\",}",
                "{msg:\"msg1\"}",
                "{'msg':'msg1'}",
                "{\"msg\":\"a\\x\"}",
                "{\"msg\":\"a\\u12\"}",
                "{\"msg\":\"a\nb\"}",
                "{\"msg\":\"msg1\"/* why */}",
                "\0",
                // another value than an object
                "null",
                "true",
                "1",
                "\"msg1\"",
                "[]",
                "[\"msg1\"]",
                "[{\"msg\":\"msg1\"}]",
                // not exactly one msg
                "{}",
                "{\"text\":\"msg1\"}",
                "{\"MSG\":\"msg1\"}",
                "{\"msg\":\"msg1\",\"id\":\"1\"}",
                "{\"id\":{\"msg\":\"msg1\"}}",
                "{\"msg\":\"msg1\",\"msg\":\"msg1\"}",
                "{\"msg\":\"msg1\",\"\\u006dsg\":\"msg2\"}",
                // msg is not a string
                "{\"msg\":null}",
                "{\"msg\":1}",
                "{\"msg\":1.5}",
                "{\"msg\":NaN}",
                "{\"msg\":true}",
                "{\"msg\":[\"msg1\"]}",
                "{\"msg\":{\"msg\":\"msg1\"}}",
                // something follows
                "{\"msg\":\"msg1\"}{\"msg\":\"msg2\"}",
                "{\"msg\":\"msg1\"} msg2",
                "{\"msg\":\"msg1\"}}",
                "{\"msg\":\"msg1\"},",
                "{\"msg\":\"msg1\"} null"
            })
    void refusesWhatIsNotTheObject(String body) {
        Refusal error = refusal(() -> post(body));
        assertEquals(400, error.status());
        assertFalse(error.getMessage().contains("msg1"), "what was sent is not echoed: " + error.getMessage());
        assertTrue(error.getMessage().endsWith(SHAPE), error.getMessage());
    }

    @Test
    void refusesDeepNesting_asABadRequest() {
        assertEquals(400, refusal(() -> post("[".repeat(100_000))).status());
        assertEquals(400, refusal(() -> post("{\"msg\":".repeat(100_000))).status());
        assertEquals(400, objectsStatus("[".repeat(100_000)));
    }

    @Test
    void refusesAnEndlessKeyOrNumber_asABadRequest() {
        assertEquals(
                400,
                refusal(() -> post("{\"" + "k".repeat(300_000) + "\":\"msg1\"}"))
                        .status());
        assertEquals(
                400,
                refusal(() -> post("{\"msg\":" + "9".repeat(300_000) + "}")).status());
    }

    @Test
    void readsOneObject_orAListInItsOrder() {
        Map<String, String> first = Map.of("id", "1", "msg", "a");
        Map<String, String> second = Map.of("id", "2", "msg", "b");
        assertEquals(List.of(first), objects("{\"id\":\"1\",\"msg\":\"a\"}"));
        assertEquals(List.of(second, first), objects("[{\"msg\":\"b\",\"id\":\"2\"}, {\"id\":\"1\",\"msg\":\"a\"}]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "1",
                "{}",
                "[]",
                "[null]",
                "[1]",
                "[[]]",
                "[",
                "[,]",
                "{\"msg\":\"a\"}",
                "{\"id\":\"1\"}",
                "{\"id\":null,\"msg\":\"a\"}",
                "{\"id\":1,\"msg\":\"a\"}",
                "{\"id\":\"1\",\"msg\":\"a\",\"holder\":\"b\"}",
                "{\"id\":\"1\",\"msg\":\"a\",\"key\":\"b\"}",
                "{\"id\":\"1\",\"id\":\"1\",\"msg\":\"a\"}",
                "{\"id\":\"1\",\"msg\":\"a\"} 1",
                "[{\"id\":\"1\",\"msg\":\"a\"},]",
                "[{\"id\":\"1\",\"msg\":\"a\"}",
                "[{\"id\":\"1\",\"msg\":\"a\"}]]",
                "[{\"id\":\"1\",\"msg\":\"a\"},{\"id\":\"2\"}]"
            })
    void refusesMalformedObjects(String body) {
        assertEquals(400, objectsStatus(body));
    }

    @Test
    void writesErrorsAsJson_whateverTheSentence() throws IOException {
        JsonNode nothing = mapper.createObjectNode().put("error", ODD_TEXT).put("written", "nothing");
        assertEquals(nothing, mapper.readTree(Json.writeError(ODD_TEXT, true)));
        JsonNode unknown = mapper.createObjectNode().put("error", "a").put("written", "unknown");
        assertEquals(unknown, mapper.readTree(Json.writeError("a", false)));
    }

    @Test
    void writesHealthWithItsFacts_andWhatIsMissing() throws IOException {
        Health ill = new Health(List.of(ODD_TEXT, "b"), Map.of("waiting", "3"));
        assertEquals(
                mapper.readTree("{\"replica\":\"r\",\"healthy\":false,\"waiting\":\"3\",\"missing\":["
                        + mapper.writeValueAsString(ODD_TEXT) + ",\"b\"]}"),
                mapper.readTree(Json.writeHealth("r", ill)));
        assertEquals(
                mapper.readTree("{\"replica\":\"r\",\"healthy\":true,\"missing\":[]}"),
                mapper.readTree(Json.writeHealth("r", new Health(List.of(), Map.of()))));
    }

    private interface Call {
        Object run();
    }

    private static Refusal refusal(Call call) {
        return assertThrows(Refusal.class, call::run);
    }

    private static String post(String body) {
        return Json.readObject(body, SHAPE, MSG).get("msg");
    }

    private static List<Map<String, String>> objects(String body) {
        return Json.readObjects(body, SHAPE, ID_AND_MSG);
    }

    private static int objectsStatus(String body) {
        return refusal(() -> objects(body)).status();
    }
}
