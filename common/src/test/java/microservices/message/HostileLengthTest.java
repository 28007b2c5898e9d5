package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A length that comes from outside takes no memory before the bytes are there. */
class HostileLengthTest {

    private static final long MOST_BYTES = 4 * 1024 * 1024;

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    @Test
    void readsNoBatch_whenItsLengthIsNotTrue() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, 100_000_000, Integer.MAX_VALUE}) {
            byte[] bytes = bytes(out -> {
                writeHead(out, 1, length);
                out.writeBytes("[\"a\"]");
            });
            assertRefusedCheaply("length " + length, () -> Batch.read(in(bytes)));
        }
    }

    @Test
    void readsNoBatch_ofTooManyMessages() {
        for (int size : new int[] {4097, 65_535}) {
            byte[] bytes = bytes(out -> {
                writeHead(out, size, 5);
                out.writeBytes("[\"a\"]");
            });
            assertRefusedCheaply("size " + size, () -> Batch.read(in(bytes)));
        }
    }

    @Test
    void readsNoBatches_whenTheyAreNotThere() {
        byte[] tooMany = bytes(out -> out.writeShort(65_535));
        assertRefusedCheaply("65535 batches", () -> KeyedBatch.readAll(in(tooMany)));
        byte[] none = bytes(out -> out.writeShort(4096));
        assertRefusedCheaply("4096 batches", () -> KeyedBatch.readAll(in(none)));
        byte[] secondIsLong = bytes(out -> {
            out.writeShort(2);
            out.writeUTF("");
            batch(100).write(out);
            out.writeUTF("");
            writeHead(out, 1, 1_000_000_000);
        });
        assertRefusedCheaply("a long second one", () -> KeyedBatch.readAll(in(secondIsLong)));
    }

    @Test
    void readsNoIds_whenTheyAreNotThere() {
        for (int size : new int[] {-1, Integer.MIN_VALUE, 1, 50_000_000, 0x4000_0001, Integer.MAX_VALUE}) {
            byte[] bytes = bytes(out -> {
                out.writeInt(size);
                out.writeLong(1);
            });
            assertRefusedCheaply("size " + size, () -> IdList.read(in(bytes)));
        }
    }

    @Test
    void readsWhatIsThere_howeverLarge() throws IOException {
        for (int length : new int[] {1, 500_000, 600_000, 1_100_000, 5_000_000}) {
            Batch batch = batch(length);
            List<KeyedBatch> batches =
                    List.of(new KeyedBatch(batch, Optional.of("key")), new KeyedBatch(batch, Optional.empty()));
            byte[] bytes = bytes(out -> KeyedBatch.writeAll(batches, out));
            assertEquals(batches, KeyedBatch.readAll(in(bytes)), length + " characters");
        }
        for (int size : new int[] {0, 1, 8, 9, 100_000}) {
            IdList ids = new IdList();
            BatchIds next = new BatchIds();
            for (int i = 0; i < size; i++) {
                ids.add(next.next());
            }
            byte[] bytes = bytes(ids::write);
            assertEquals(ids.sorted(), IdList.read(in(bytes)).sorted(), size + " ids");
        }
    }

    private static Batch batch(int length) {
        return Batch.of(new BatchIds().next(), List.of(JsonText.encode("x".repeat(length))));
    }

    private static void writeHead(DataOutputStream out, int size, int length) throws IOException {
        BatchIds.write(new BatchIds().next(), out);
        out.writeShort(size);
        out.writeInt(length);
    }

    private static void assertRefusedCheaply(String what, Executable reading) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThrows(IOException.class, reading, what);
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(taken < MOST_BYTES, what + " took " + taken + " bytes");
    }

    private static DataInputStream in(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
