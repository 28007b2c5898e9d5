package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {

    private static final UUID ID = UUID.fromString("01890a5d-ac96-774b-8000-b302099a8057");
    private static final UUID OTHER = UUID.fromString("01890a5d-ac96-774c-8000-b302099a8057");
    private static final String ODD_TEXT = "\"\\/\b\f\n\r\t\u0001\u001f\u007f\u0085\u2028\u2029 é € 😀 \\u0041";

    @Test
    void aLoneMessageHasTheIdOfItsBatch() {
        Batch batch = batch("a");
        assertEquals(1, batch.size());
        assertEquals(List.of(new Message(ID.toString(), "a")), batch.messages());
    }

    @Test
    void itsMessagesAreInOrder_eachWithAnIdThatTellsItsPlace() {
        List<Message> messages = batch("a", ODD_TEXT, "a").messages();
        assertEquals(
                List.of("a", ODD_TEXT, "a"),
                messages.stream().map(Message::text).toList());
        for (int place = 0; place < 3; place++) {
            assertEquals(
                    BatchIds.message(ID, place).toString(), messages.get(place).id());
        }
    }

    @Test
    void itsTextsAreAJsonListWithoutBrackets() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Batch batch = batch("a", ODD_TEXT);
        batch.writeTexts(out);
        String list = "[" + out.toString(StandardCharsets.UTF_8) + "]";
        assertEquals(List.of("a", ODD_TEXT), List.of(new ObjectMapper().readValue(list, String[].class)));
        assertEquals(list.getBytes(StandardCharsets.UTF_8).length, batch.bytes());
    }

    @Test
    void hasUpTo4096Messages() {
        List<byte[]> most = Collections.nCopies(4096, JsonText.encode("a"));
        assertEquals(4096, Batch.of(ID, most).messages().size());
        List<byte[]> tooMany = Collections.nCopies(4097, JsonText.encode("a"));
        assertThrows(IllegalArgumentException.class, () -> Batch.of(ID, tooMany));
    }

    @Test
    void mayHaveNone_andIsABatchAllTheSame() throws IOException {
        Batch empty = batch();
        assertEquals(0, empty.size());
        assertEquals(List.of(), empty.messages());
        assertEquals(List.of(), empty.check());
        assertEquals(empty, read(0, "[]"));
    }

    @Test
    void withId_hasTheSameTextsUnderAnotherId() {
        Batch batch = batch("a", "b");
        Batch moved = batch.withId(OTHER);
        assertEquals(OTHER, moved.id());
        assertEquals(2, moved.size());
        assertTrue(moved.hasSameTexts(batch));
        assertEquals(OTHER.toString(), moved.messages().get(0).id());
        assertSame(batch, batch.withId(ID));
    }

    @Test
    void isTheSame_onlyWithTheSameIdAndTexts() {
        assertEquals(batch("a", "b"), batch("a", "b"));
        assertEquals(batch("a", "b").hashCode(), batch("a", "b").hashCode());
        assertNotEquals(batch("a"), batch("a").withId(OTHER));
        assertNotEquals(batch("a"), batch("b"));
        assertFalse(batch("a,b").hasSameTexts(batch("a", "b")));
        assertFalse(batch("a").hasSameTexts(batch("a", "a")));
    }

    @Test
    void readsBackWhatItWrites_andNoByteMore() throws IOException {
        Batch batch = batch("a", ODD_TEXT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        batch.write(new DataOutputStream(out));
        batch.withId(OTHER).write(new DataOutputStream(out));

        DataInputStream in = input(out.toByteArray());
        Batch read = Batch.read(in);
        assertEquals(batch, read);
        assertEquals(2, read.size());
        assertEquals(batch.messages(), read.messages());
        assertEquals(OTHER, Batch.read(in).id());
        assertEquals(-1, in.read());
    }

    @Test
    void readsNoBatch_fromWhatIsCutOff() throws IOException {
        byte[] whole = written(2, "[\"a\",\"b\"]");
        for (int length = 0; length < whole.length; length++) {
            DataInputStream in = input(Arrays.copyOf(whole, length));
            assertThrows(EOFException.class, () -> Batch.read(in));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4097, 65_535})
    void readsNoBatch_ofSoManyMessages(int size) throws IOException {
        byte[] bytes = written(size, "[\"a\"]");
        assertThrows(IOException.class, () -> Batch.read(input(bytes)));
    }

    @Test
    void readsNoBatch_whoseLengthIsNegative() {
        byte[] bytes = new byte[100];
        bytes[17] = 1; // the size
        bytes[18] = (byte) 0x80; // the length
        assertThrows(IOException.class, () -> Batch.read(input(bytes)));
    }

    @Test
    void check_takesWhatAFacadeSends() throws IOException {
        for (List<String> texts : List.of(List.of("a"), List.of("a", ODD_TEXT, "a"))) {
            Batch batch = batch(texts.toArray(String[]::new));
            assertEquals(batch.messages(), batch.check());
        }
        assertEquals(
                List.of(new Message(ID.toString(), "a,b")), read(1, "[\"a,b\"]").check());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // no JSON list of strings
                "",
                "[",
                "\"a\"",
                "{\"a\":\"b\"}",
                "null",
                "[null]",
                "[1]",
                "[[\"a\"]]",
                "[\"a\"",
                "[\"a\",]",
                "[\"a\"]]",
                "[\"a\"]1",
                "\"a\",\"b\"",
                "[\"a\n\"]",
                // none, or another number of them
                "[]",
                "[\"a\",\"b\"]",
                // JSON, but not as it is encoded here
                "[ \"a\"]",
                "[\"a\" ]",
                " [\"a\"]",
                "[\"a\"]\n",
                "[\"\\u0061\"]",
                "[\"\\/\"]",
                "[\"\\u000a\"]",
                "[\"\\ud83d\\ude00\"]",
                // what may not be a message
                "[\"\"]",
                "[\" \\t\"]",
                "[\"a\\u0000\"]",
                "[\"\\ud83d\"]"
            })
    void check_refusesWhatNoFacadeSends(String texts) throws IOException {
        Batch batch = read(1, texts);
        assertEquals(400, assertThrows(Refusal.class, batch::check).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "ISO-8859-1"})
    void check_refusesAnotherEncodingThanUtf8(String charset) throws IOException {
        Batch batch = Batch.read(input(written(1, "[\"é\"]".getBytes(Charset.forName(charset)))));
        assertEquals(400, assertThrows(Refusal.class, batch::check).status());
    }

    @Test
    void check_answers413_whenATextIsTooLong() {
        String longest = "x".repeat(MessageText.MAX_BYTES);
        assertEquals(2, batch(longest, longest).check().size());
        Batch tooLong = batch("a", longest + "x");
        assertEquals(413, assertThrows(Refusal.class, tooLong::check).status());
    }

    private static Batch batch(String... texts) {
        return Batch.of(ID, Arrays.stream(texts).map(JsonText::encode).toList());
    }

    private static Batch read(int size, String texts) throws IOException {
        return Batch.read(input(written(size, texts)));
    }

    private static byte[] written(int size, String texts) throws IOException {
        return written(size, texts.getBytes(StandardCharsets.UTF_8));
    }

    /** What {@link Batch#write} would write if it were such a batch. */
    private static byte[] written(int size, byte[] texts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        BatchIds.write(ID, out);
        out.writeShort(size);
        out.writeInt(texts.length);
        out.write(texts);
        return bytes.toByteArray();
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
