package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdListTest {

    private final Random random = new Random(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 1000})
    void hasWhatWasAdded_inItsOrder(int count) {
        List<UUID> ids = ids(count);
        IdList list = listOf(ids);
        assertEquals(ids, content(list));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 5", "5, 0", "3, 5", "3, 6", "8, 8", "1, 1000"})
    void addsAllOfAnother_andGoesOnFromThere(int first, int second) {
        List<UUID> a = ids(first);
        List<UUID> b = ids(second);
        List<UUID> c = ids(3);
        IdList list = listOf(a);
        IdList other = listOf(b);
        list.addAll(other);
        c.forEach(list::add);

        List<UUID> all = new ArrayList<>(a);
        all.addAll(b);
        all.addAll(c);
        assertEquals(all, content(list));
        assertEquals(b, content(other), "the other one is as it was");
    }

    @Test
    void sortsInTheOrderOfAcceptance() {
        IdList list = listOf(List.of(new UUID(-1, 0), new UUID(1, -1), new UUID(1, 1), new UUID(0, 5)));
        assertEquals(List.of(new UUID(0, 5), new UUID(1, 1), new UUID(1, -1), new UUID(-1, 0)), list.sorted());
        assertEquals(new UUID(-1, 0), list.get(0), "it is as it was");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 1000})
    void readsBackWhatItWrites_andGoesOnFromThere(int count) throws IOException {
        List<UUID> ids = ids(count);
        byte[] bytes = written(listOf(ids));
        assertEquals(4 + 16 * count, bytes.length);
        IdList read = IdList.read(input(bytes));
        assertEquals(ids, content(read));
        UUID more = new UUID(1, 2);
        read.add(more);
        assertEquals(more, read.get(count));
    }

    @Test
    void readsNoList_fromWhatIsCutOff() throws IOException {
        byte[] bytes = written(listOf(ids(2)));
        byte[] cutOff = Arrays.copyOf(bytes, bytes.length - 1);
        assertThrows(EOFException.class, () -> IdList.read(input(cutOff)));
    }

    private List<UUID> ids(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new UUID(random.nextLong(), random.nextLong()))
                .toList();
    }

    private static IdList listOf(List<UUID> ids) {
        IdList list = new IdList();
        ids.forEach(list::add);
        return list;
    }

    private static List<UUID> content(IdList list) {
        return IntStream.range(0, list.size()).mapToObj(list::get).toList();
    }

    private static byte[] written(IdList list) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        list.write(new DataOutputStream(out));
        return out.toByteArray();
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
