package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.JsonText;
import org.junit.jupiter.api.Test;

class LogIndexTest {

    private static final UUID NEGATIVE_UPPER = new UUID(0x8000_0000_0000_0000L, 1);
    private static final UUID NEGATIVE_LOWER = new UUID(5, 0x8000_0000_0000_0001L);

    private final Random random = new Random(1);

    @Test
    void sortsById_asUnsignedNumbers() {
        List<UUID> sorted = List.of(
                new UUID(0, 0),
                new UUID(0, 1),
                new UUID(5, 0),
                new UUID(5, Long.MAX_VALUE),
                NEGATIVE_LOWER,
                new UUID(5, -1),
                new UUID(Long.MAX_VALUE, 0),
                NEGATIVE_UPPER,
                new UUID(-1, 0),
                new UUID(-1, -1));
        for (int round = 0; round < 50; round++) {
            assertEquals(sorted, ids(indexOf(shuffled(sorted)).sort()));
        }
    }

    @Test
    void sortsAnyNumberOfIds_withTheirSizes() {
        for (int size : new int[] {0, 1, 2, 8, 9, 1000}) {
            List<UUID> ids = randomIds(size);
            LogIndex sorted = indexOf(ids).sort();
            List<UUID> expected = new ArrayList<>(ids);
            expected.sort(BatchIds.ORDER);
            assertEquals(expected, ids(sorted));
            for (int i = 0; i < size; i++) {
                assertEquals(batch(expected.get(i)).bytes(), sorted.bytes(i), "of " + size);
                assertEquals(sorted.bytes(i), sorted.bytesOf(expected.get(i)));
            }
        }
    }

    /** Several facades may draw the same time and counter; every third id has the upper half of another one. */
    private List<UUID> randomIds(int size) {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            long upper = i % 3 == 2 ? ids.get(random.nextInt(i)).getMostSignificantBits() : random.nextLong();
            ids.add(new UUID(upper, random.nextLong()));
        }
        return ids;
    }

    @Test
    void findsThePlaceAfterAnId_alsoAfterOneThatIsNotThere() {
        List<UUID> ids =
                List.of(new UUID(2, 2), new UUID(2, -2), new UUID(4, 0), NEGATIVE_UPPER); // sorted as unsigned numbers
        LogIndex index = indexOf(shuffled(ids)).sort();
        assertEquals(0, index.after(BatchIds.FIRST));
        assertEquals(0, index.after(new UUID(2, 1)));
        assertEquals(1, index.after(new UUID(2, 2)));
        assertEquals(1, index.after(new UUID(2, 3)));
        assertEquals(2, index.after(new UUID(2, -2)));
        assertEquals(2, index.after(new UUID(2, -1)));
        assertEquals(3, index.after(new UUID(4, 0)));
        assertEquals(3, index.after(new UUID(Long.MAX_VALUE, -1)));
        assertEquals(4, index.after(NEGATIVE_UPPER));
        assertEquals(4, index.after(BatchIds.LAST));
        assertEquals(0, new LogIndex().sort().after(BatchIds.LAST));
    }

    @Test
    void saysThatABatchHasNoBytes_whenItIsNotThere() {
        LogIndex index = indexOf(List.of(new UUID(2, 2), new UUID(4, 4))).sort();
        assertEquals(0, index.bytesOf(BatchIds.FIRST));
        assertEquals(0, index.bytesOf(new UUID(2, 1)));
        assertEquals(0, index.bytesOf(new UUID(2, 3)));
        assertEquals(0, index.bytesOf(BatchIds.LAST));
        assertEquals(0, new LogIndex().sort().bytesOf(new UUID(2, 2)));
    }

    @Test
    void knowsUnderWhichKeyABatchStands_andElseItsId() {
        UUID keyed = new UUID(2, 2);
        UUID plain = new UUID(1, 1);
        LogIndex index = new LogIndex();
        index.add("order-4711", batch(keyed));
        index.add(plain, batch(plain));
        assertEquals("order-4711", index.sort().key(keyed));
        assertSame(plain, index.sort().key(plain));
        assertEquals(List.of(plain, keyed), ids(index.sort()));
    }

    @Test
    void isTheSame_afterItHasTravelled() {
        for (int size : new int[] {0, 1, 8, 100}) {
            CollectIndex collected = new CollectIndex();
            List<UUID> ids = randomIds(size);
            for (UUID id : ids) {
                boolean keyed = id.hashCode() % 2 == 0;
                collected.accumulate(new SimpleEntry<>(keyed ? "key of " + id : id, batch(id)));
            }
            assertSameIndex(collected.aggregate(), travelled(collected).aggregate());
        }
    }

    @Test
    void collectsTheBatchesOfSeveralMembers() {
        List<UUID> ids = randomIds(100);
        CollectIndex all = new CollectIndex();
        CollectIndex together = travelled(new CollectIndex()); // as Hazelcast begins, with an empty copy
        for (List<UUID> share : List.of(ids.subList(0, 3), ids.subList(3, 50), ids.subList(50, 100))) {
            CollectIndex part = new CollectIndex();
            for (UUID id : share) {
                part.accumulate(new SimpleEntry<>("key of " + id, batch(id)));
                all.accumulate(new SimpleEntry<>("key of " + id, batch(id)));
            }
            together.combine(travelled(part));
        }
        assertEquals(100, together.aggregate().size());
        assertSameIndex(all.aggregate(), together.aggregate());
    }

    private static CollectIndex travelled(CollectIndex collected) {
        SerializationService members = new DefaultSerializationServiceBuilder()
                .addDataSerializableFactory(collected.getFactoryId(), LogWrite.TYPES)
                .build();
        return members.toObject(members.toData(collected));
    }

    private static void assertSameIndex(LogIndex expected, LogIndex actual) {
        LogIndex one = expected.sort();
        LogIndex other = actual.sort();
        assertEquals(ids(one), ids(other));
        for (int i = 0; i < one.size(); i++) {
            assertEquals(one.bytes(i), other.bytes(i));
            assertEquals(one.key(one.id(i)), other.key(one.id(i)));
        }
    }

    private static LogIndex indexOf(List<UUID> ids) {
        LogIndex index = new LogIndex();
        ids.forEach(id -> index.add(id, batch(id)));
        return index;
    }

    /** Its length tells which one it is. */
    private static Batch batch(UUID id) {
        return Batch.of(id, List.of(JsonText.encode("x".repeat(1 + Math.floorMod(id.hashCode(), 500)))));
    }

    private static List<UUID> ids(LogIndex index) {
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < index.size(); i++) {
            ids.add(index.id(i));
        }
        return ids;
    }

    private List<UUID> shuffled(List<UUID> ids) {
        List<UUID> shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }
}
