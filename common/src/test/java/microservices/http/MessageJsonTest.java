package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import microservices.message.Attempt;
import microservices.message.Message;
import microservices.message.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageJsonTest {

    private static final String ID1 = "01890a5d-ac96-774b-bcce-b302099a8057";
    private static final String ID2 = "01890a5d-ac96-774c-bcce-b302099a8057";
    private static final String KEY = "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e";
    /** Whatever JSON has to escape, and what it need not. */
    private static final String ODD_TEXT =
            "\"\\/\b\f\n\r\t\u0001\u001f\u007f\u0085\u2028\u2029 é € 😀 </script> \\u0041";

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void readsAPost() {
        assertEquals("msg1", MessageJson.readPost("{\"msg\":\"msg1\"}"));
        assertEquals(" é😀\n", MessageJson.readPost(" \r\n{ \"msg\" :\t\" \\u00e9\\uD83D\\uDE00\\n\" }\n"));
        assertEquals("{\"msg\":\"inner\"}", MessageJson.readPost("{\"msg\":\"{\\\"msg\\\":\\\"inner\\\"}\"}"));
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
                // msg is not a text
                "{\"msg\":\"\"}",
                "{\"msg\":\" \\t\\u2003\"}",
                "{\"msg\":\"a\\u0000\"}",
                "{\"msg\":\"\\ud83d\"}",
                "{\"msg\":\"\\ude00a\"}",
                // something follows
                "{\"msg\":\"msg1\"}{\"msg\":\"msg2\"}",
                "{\"msg\":\"msg1\"} msg2",
                "{\"msg\":\"msg1\"}}",
                "{\"msg\":\"msg1\"},",
                "{\"msg\":\"msg1\"} null"
            })
    void refusesAMalformedPost(String body) {
        Refusal error = assertThrows(Refusal.class, () -> MessageJson.readPost(body));
        assertEquals(400, error.status());
        assertFalse(error.getMessage().contains("msg1"), "what was sent is not echoed: " + error.getMessage());
    }

    @Test
    void refusesDeepNesting_asABadRequest() {
        assertEquals(400, postStatus("[".repeat(100_000)));
        assertEquals(400, postStatus("{\"msg\":".repeat(100_000)));
        assertEquals(400, messagesStatus("[".repeat(100_000)));
    }

    @Test
    void refusesAnEndlessKeyOrNumber_asABadRequest() {
        assertEquals(400, postStatus("{\"" + "k".repeat(300_000) + "\":\"msg1\"}"));
        assertEquals(400, postStatus("{\"msg\":" + "9".repeat(300_000) + "}"));
    }

    @Test
    void takesATextOf64Kib_andAnswers413ToOneByteMore() {
        String longest = "\\u00e9".repeat(32 * 1024);
        assertEquals("é".repeat(32 * 1024), MessageJson.readPost("{\"msg\":\"" + longest + "\"}"));
        assertEquals(413, postStatus("{\"msg\":\"" + longest + "a\"}"));
    }

    @Test
    void readsOneMessage_orAListInItsOrder() {
        String first = "{\"id\":\"" + ID1 + "\",\"msg\":\"a\"}";
        String second = "{\"msg\":\"b\",\"id\":\"" + ID2 + "\"}";
        assertEquals(List.of(attempt(ID1, "a")), MessageJson.readAttempts(first));
        assertEquals(
                List.of(attempt(ID2, "b"), attempt(ID1, "a")),
                MessageJson.readAttempts("[" + second + ", " + first + "]"));
    }

    @Test
    void readsAKey_alsoOneThatTwoMessagesHave() {
        String first = "{\"key\":\"" + KEY + "\",\"id\":\"" + ID1 + "\",\"msg\":\"a\"}";
        String second = "{\"id\":\"" + ID2 + "\",\"msg\":\"b\",\"key\":\"" + KEY + "\"}";
        assertEquals(
                List.of(
                        new Attempt(new Message(ID1, "a"), Optional.of(KEY)),
                        new Attempt(new Message(ID2, "b"), Optional.of(KEY))),
                MessageJson.readAttempts("[" + first + "," + second + "]"));
    }

    @Test
    void readsBackTheIdsThatItWrites_andWhereThereIsNone() {
        List<Optional<String>> ids = List.of(Optional.of(ID1), Optional.empty(), Optional.of(ID1));
        byte[] json = MessageJson.writeIds(ids);
        assertEquals("[\"" + ID1 + "\",null,\"" + ID1 + "\"]", text(json));
        assertEquals(ids, MessageJson.readIds(json, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "\"" + ID1 + "\"",
                "[]",
                "[\"" + ID1 + "\"]",
                "[\"" + ID1 + "\",null,null]",
                "[\"" + ID1 + "\",1]",
                "[\"" + ID1 + "\",\"1\"]",
                "[\"" + ID1 + "\",[]]",
                "[\"" + ID1 + "\",null",
                "[\"" + ID1 + "\",null]]"
            })
    void anAnswerThatIsNotAsManyIdsAsAskedFor_isABug(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThrows(IllegalStateException.class, () -> MessageJson.readIds(bytes, 2));
    }

    @Test
    void refusesAListWithOneIdTwice() {
        String message = "{\"id\":\"" + ID1 + "\",\"msg\":\"a\"}";
        String same = "{\"id\":\"" + ID1 + "\",\"msg\":\"b\"}";
        assertEquals(400, messagesStatus("[" + message + "," + message + "]"));
        assertEquals(400, messagesStatus("[" + message + "," + same + "]"));
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
                "{\"id\":\"" + ID1 + "\"}",
                "{\"id\":null,\"msg\":\"a\"}",
                "{\"id\":1,\"msg\":\"a\"}",
                "{\"id\":\"1\",\"msg\":\"a\"}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"\"}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"a\",\"holder\":\"b\"}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"a\",\"key\":null}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"a\",\"key\":\"\"}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"a\",\"key\":\"b\"}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"a\",\"key\":[\"" + KEY + "\"]}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"a\",\"key\":\"0D9E7F3C-4C1E-4A0F-8F6E-3B1B6A1C2D3E\"}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"a\",\"key\":\"" + KEY + "\",\"key\":\"" + KEY + "\"}",
                "{\"id\":\"" + ID1 + "\",\"key\":\"" + KEY + "\"}",
                "{\"id\":\"" + ID1 + "\",\"id\":\"" + ID1 + "\",\"msg\":\"a\"}",
                "{\"id\":\"" + ID1 + "\",\"msg\":\"a\"} 1",
                "[{\"id\":\"" + ID1 + "\",\"msg\":\"a\"},]",
                "[{\"id\":\"" + ID1 + "\",\"msg\":\"a\"}",
                "[{\"id\":\"" + ID1 + "\",\"msg\":\"a\"}]]",
                "[{\"id\":\"" + ID1 + "\",\"msg\":\"a\"},{\"id\":\"" + ID2 + "\"}]"
            })
    void refusesMalformedMessages(String body) {
        assertEquals(400, messagesStatus(body));
    }

    @Test
    void answers413_whenOneTextInAListIsTooLong() {
        assertEquals(413, messagesStatus("[{\"id\":\"" + ID1 + "\",\"msg\":\"" + "a".repeat(65_537) + "\"}]"));
    }

    @Test
    void readsBackWhatItWrites_whateverTheText() throws IOException {
        List<Attempt> attempts =
                List.of(attempt(ID1, ODD_TEXT), new Attempt(new Message(ID2, "plain"), Optional.of(KEY)));
        String list = text(MessageJson.writeAttempts(attempts));
        assertEquals(attempts, MessageJson.readAttempts(list));
        assertEquals(ODD_TEXT, mapper.readTree(list).get(0).get("msg").textValue());

        String one = text(MessageJson.write(attempts.get(0).message()));
        assertEquals(attempts.subList(0, 1), MessageJson.readAttempts(one));
        JsonNode expected = mapper.createObjectNode().put("id", ID1).put("msg", ODD_TEXT);
        assertEquals(expected, mapper.readTree(one));
    }

    @Test
    void writesErrorsAsJson_whateverTheSentence() throws IOException {
        JsonNode expected = mapper.createObjectNode().put("error", ODD_TEXT);
        assertEquals(expected, mapper.readTree(MessageJson.writeError(ODD_TEXT)));
    }

    @Test
    void writesTextsAsAList_andLeavesTheStreamOpen() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        MessageJson.writeTexts(List.of(ODD_TEXT, "a", "a"), out);
        assertFalse(closed.get());
        JsonNode expected = mapper.createArrayNode().add(ODD_TEXT).add("a").add("a");
        assertEquals(expected, mapper.readTree(out.toByteArray()));
    }

    @Test
    void writesNoTextsAsAnEmptyList() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MessageJson.writeTexts(List.of(), out);
        assertEquals("[]", text(out.toByteArray()));
    }

    private static Attempt attempt(String id, String text) {
        return new Attempt(new Message(id, text), Optional.empty());
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static int postStatus(String body) {
        return assertThrows(Refusal.class, () -> MessageJson.readPost(body)).status();
    }

    private static int messagesStatus(String body) {
        return assertThrows(Refusal.class, () -> MessageJson.readAttempts(body)).status();
    }
}
