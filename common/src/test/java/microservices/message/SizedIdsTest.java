package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SizedIdsTest {

    @Test
    void comeOutInOrder_asTheyWentIn() throws IOException {
        SortedMap<UUID, Integer> sizes = new TreeMap<>(BatchIds.ORDER);
        sizes.put(new UUID(2, -1), 1);
        sizes.put(new UUID(1, 5), Batch.MOST_MESSAGES);
        sizes.put(new UUID(-1, 5), 17);
        byte[] written = write(sizes);
        assertEquals(4 + 3 * 18, written.length);
        assertEquals(sizes, read(written));
        assertEquals(new UUID(-1, 5), read(written).lastKey());
        assertEquals(new TreeMap<>(), read(write(new TreeMap<>(BatchIds.ORDER))));
    }

    @Test
    void areRefused_whenTheyEndEarly_orAreFewerThanNone() throws IOException {
        SortedMap<UUID, Integer> one = new TreeMap<>(BatchIds.ORDER);
        one.put(new UUID(1, 1), 1);
        byte[] written = write(one);
        written[3] = 2;
        assertThrows(IOException.class, () -> read(written));
        written[0] = -1;
        assertThrows(IOException.class, () -> read(written));
    }

    private static byte[] write(SortedMap<UUID, Integer> sizes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SizedIds.write(sizes, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static SortedMap<UUID, Integer> read(byte[] bytes) throws IOException {
        return SizedIds.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
}
