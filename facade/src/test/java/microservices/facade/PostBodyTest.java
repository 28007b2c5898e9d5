package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import microservices.message.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostBodyTest {

    @Test
    void readsAPost() {
        assertEquals("msg1", PostBody.read("{\"msg\":\"msg1\"}"));
        assertEquals(" é😀\n", PostBody.read(" \r\n{ \"msg\" :\t\" \\u00e9\\uD83D\\uDE00\\n\" }\n"));
        assertEquals("{\"msg\":\"inner\"}", PostBody.read("{\"msg\":\"{\\\"msg\\\":\\\"inner\\\"}\"}"));
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
    void refusesAMalformedPost_andDoesNotEchoIt(String body) {
        Refusal error = assertThrows(Refusal.class, () -> PostBody.read(body));
        assertEquals(400, error.status());
        assertTrue(error.nothingWritten());
        assertFalse(error.getMessage().contains("msg1"), error.getMessage());
    }

    @Test
    void saysWhatIsWrong_andWhatToSendInstead() {
        String message = assertThrows(Refusal.class, () -> PostBody.read("{\"msg\":null}"))
                .getMessage();
        assertEquals("msg is null, not a string; send {\"msg\":\"your text\"}", message);
    }

    @Test
    void refusesDeepNesting_asABadRequest() {
        assertEquals(400, statusOf("[".repeat(100_000)));
        assertEquals(400, statusOf("{\"msg\":".repeat(100_000)));
    }

    @Test
    void refusesAnEndlessKeyOrNumber_asABadRequest() {
        assertEquals(400, statusOf("{\"" + "k".repeat(300_000) + "\":\"msg1\"}"));
        assertEquals(400, statusOf("{\"msg\":" + "9".repeat(300_000) + "}"));
    }

    @Test
    void takesATextOf64Kib_andAnswers413ToOneByteMore() {
        String longest = "\\u00e9".repeat(32 * 1024);
        assertEquals("é".repeat(32 * 1024), PostBody.read("{\"msg\":\"" + longest + "\"}"));
        assertEquals(413, statusOf("{\"msg\":\"" + longest + "a\"}"));
    }

    private static int statusOf(String body) {
        return assertThrows(Refusal.class, () -> PostBody.read(body)).status();
    }
}
