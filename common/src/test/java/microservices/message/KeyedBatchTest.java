package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedBatchTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    @Test
    void aKeyStandsForOneMessage() {
        Batch two = TestMessages.batch("m", 2);
        assertThrows(IllegalArgumentException.class, () -> new KeyedBatch(two, Optional.of("key")));
    }

    @Test
    void readsBackWhatItWrites_inItsOrder() throws IOException {
        List<KeyedBatch> batches = List.of(
                TestMessages.attempt("a 😀", "k".repeat(255)),
                new KeyedBatch(TestMessages.batch("m", 300), Optional.empty()),
                TestMessages.attempt("b", "~!\"\\"));
        KeyedBatch.writeAll(batches, out);
        DataInputStream in = input();
        assertEquals(batches, KeyedBatch.readAll(in));
        assertEquals(-1, in.read());
    }

    @Test
    void readsBackNone() throws IOException {
        KeyedBatch.writeAll(List.of(), out);
        assertEquals(List.of(), KeyedBatch.readAll(input()));
    }

    @Test
    void readsNothing_fromWhatIsCutOff() throws IOException {
        KeyedBatch.writeAll(List.of(TestMessages.attempt("a", "key")), out);
        byte[] whole = bytes.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(Arrays.copyOf(whole, length)));
            assertThrows(EOFException.class, () -> KeyedBatch.readAll(in));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "é", "\n", "\u007f"})
    void readsNothing_withAKeyThatMayNotBeOne(String key) throws IOException {
        assertReadsNothing(1, key, TestMessages.of("a"));
    }

    @Test
    void readsNothing_withAKeyForMoreThanOneMessage() throws IOException {
        assertReadsNothing(1, "key", TestMessages.batch("m", 2));
    }

    @Test
    void readsNothing_ofMoreThan4096Batches() throws IOException {
        assertReadsNothing(4097, "", TestMessages.of("a"));
    }

    private void assertReadsNothing(int count, String key, Batch batch) throws IOException {
        out.writeShort(count);
        for (int i = 0; i < count; i++) {
            out.writeUTF(key);
            batch.write(out);
        }
        IOException error = assertThrows(IOException.class, () -> KeyedBatch.readAll(input()));
        assertEquals(IOException.class, error.getClass(), "it did not just come to the end: " + error);
    }

    @Test
    void readsBackTheIdsThatItWrites_andWhereThereIsNone() throws IOException {
        List<Optional<UUID>> ids =
                List.of(Optional.of(new UUID(1, 2)), Optional.empty(), Optional.of(new UUID(-1, -2)));
        KeyedBatch.writeIds(ids, out);
        DataInputStream in = input();
        assertEquals(ids, KeyedBatch.readIds(in));
        assertEquals(-1, in.read());
    }

    private DataInputStream input() {
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }
}
