package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchIdsTest {

    private static final long NOW = Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();

    /** A clock that is set by the test. */
    private static final class FakeClock extends Clock {
        private long millis = NOW;

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Always gives the same bits. */
    private static final class FixedRandom extends Random {
        private final long bits;

        FixedRandom(long bits) {
            this.bits = bits;
        }

        @Override
        public long nextLong() {
            return bits;
        }
    }

    private final FakeClock clock = new FakeClock();
    private final BatchIds ids = new BatchIds(clock, new Random(1));

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0x4000_0000_0000_0000L, 0x8000_0000_0000_0000L, 0x1234_5678_9ABC_DEF0L})
    void isAUuidOfVersion7_whateverTheRandomBitsAre(long bits) {
        UUID id = new BatchIds(clock, new FixedRandom(bits)).next();
        for (int place : List.of(0, 1, 4095)) {
            UUID message = BatchIds.message(id, place);
            assertEquals(7, message.version());
            assertEquals(2, message.variant());
            assertEquals(NOW, message.getMostSignificantBits() >>> 16, "the first 48 bits: milliseconds since 1970");
        }
    }

    @Test
    void keepsTheVersion_whileTheCounterRunsThroughAllItsValues() {
        for (int i = 0; i < 5_000; i++) {
            assertEquals(7, ids.next().version());
        }
    }

    @Test
    void usesAllRandomBits_sinceFacadesDrawTheirIdsApart() {
        long ones = BatchIds.message(new BatchIds(clock, new FixedRandom(-1)).next(), 4095)
                .getLeastSignificantBits();
        assertEquals(62, Long.bitCount(ones & 0x3FFF_FFFF_FFFF_FFFFL));
    }

    @Test
    void sortsInTheOrderOfIssue_whenMoreThan4096ComeInOneMillisecond() {
        assertIncreasing(issue(10_000));
    }

    @Test
    void sortsInTheOrderOfIssue_whenTheClockIsSetBackAndForth() {
        List<String> issued = new ArrayList<>(issue(10));
        clock.millis = NOW - 3_600_000;
        issued.addAll(issue(10));
        clock.millis = NOW + 1;
        issued.addAll(issue(10));
        clock.millis = NOW;
        issued.addAll(issue(10));
        assertIncreasing(issued);
    }

    @Test
    void followsTheClockAgain_whenItHasCaughtUp() {
        issue(10_000);
        clock.millis = NOW + 1_000;
        assertEquals(NOW + 1_000, ids.next().getMostSignificantBits() >>> 16);
    }

    @Test
    void anIdTellsWhenItsBatchWasAccepted() {
        assertEquals(clock.instant(), BatchIds.time(ids.next()));
        assertEquals(clock.instant(), BatchIds.time(BatchIds.message(ids.next(), 17)));
    }

    @Test
    @Timeout(20)
    void givesNoIdTwice_whenThreadsShareIt() throws Exception {
        BatchIds shared = new BatchIds(clock, new FixedRandom(0)); // so that only the counter keeps them apart
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<List<UUID>> issuing = () -> {
                List<UUID> issued = new ArrayList<>();
                for (int i = 0; i < 5_000; i++) {
                    issued.add(shared.next());
                }
                return issued;
            };
            Set<UUID> all = new HashSet<>();
            for (Future<List<UUID>> issued : threads.invokeAll(List.of(issuing, issuing, issuing, issuing))) {
                all.addAll(issued.get());
            }
            assertEquals(20_000, all.size());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void theFirstMessageHasTheIdOfItsBatch() {
        UUID batch = ids.next();
        assertEquals(batch, BatchIds.message(batch, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0x1234_5678_9ABC_DEF0L})
    void anIdTellsItsBatch_andItsPlaceInIt(long bits) {
        UUID batch = new BatchIds(clock, new FixedRandom(bits)).next();
        for (int place = 0; place < Batch.MOST_MESSAGES; place++) {
            UUID message = BatchIds.message(batch, place);
            assertEquals(batch, BatchIds.batchOf(message));
            assertEquals(place, message.getLeastSignificantBits() >>> 50 & 0xFFF, "the first 12 bits of rand_b");
        }
    }

    @Test
    void theMessagesOfABatchSortByPlace_andBeforeThoseOfTheNextBatch() {
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            UUID batch = ids.next();
            for (int place = 0; place < Batch.MOST_MESSAGES; place++) {
                issued.add(BatchIds.message(batch, place).toString());
            }
        }
        assertIncreasing(issued);
    }

    @Test
    void theOrderIsThatOfIdsAsText_signBitsIncluded() {
        List<UUID> sorted = List.of(
                BatchIds.FIRST,
                new UUID(0, 1),
                new UUID(0, -1),
                new UUID(1, 0),
                new UUID(Long.MAX_VALUE, Long.MIN_VALUE),
                new UUID(Long.MIN_VALUE, 0),
                new UUID(-1, Long.MAX_VALUE),
                BatchIds.LAST);
        for (UUID a : sorted) {
            for (UUID b : sorted) {
                int expected = Integer.signum(a.toString().compareTo(b.toString()));
                assertEquals(expected, Integer.signum(BatchIds.ORDER.compare(a, b)), a + " and " + b);
            }
        }
    }

    @Test
    void nothingThatIsGivenOutIsBeforeTheFirst_orAfterTheLast() {
        UUID id = ids.next();
        assertTrue(BatchIds.ORDER.compare(BatchIds.FIRST, id) < 0);
        assertTrue(BatchIds.ORDER.compare(id, BatchIds.LAST) < 0);
    }

    @Test
    void readsBackWhatItWrites() throws IOException {
        UUID id = ids.next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BatchIds.write(id, new DataOutputStream(out));
        assertEquals(BatchIds.BYTES, out.size());
        assertEquals(id, BatchIds.read(new DataInputStream(new ByteArrayInputStream(out.toByteArray()))));
    }

    @Test
    void parse_readsWhatTheFacadeMakes_andOtherUuids() {
        UUID id = ids.next();
        assertEquals(id, BatchIds.parse(id.toString()));
        String other = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
        assertEquals(UUID.fromString(other), BatchIds.parse(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
                "f81d4fae7dec11d0a76500a0c91e6bf6",
                "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
                "f81d4fae-7dec-11d0-a765-00a0c91e6bf67",
                "f81d4fae-7dec-11d0-a765-00a0c91e6bfg",
                "f81d4fae-7dec-11d0-a76500a0c91e6bf6-",
                "0000f81d4fae-7dec-11d0-a765-c91e6bf6",
                " 81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "f81d4fae-7dec-11d0-a765-00a0c91e6b\r\n"
            })
    void parse_refusesWhatIsNoUuidInLowerCase(String id) {
        assertEquals(400, assertThrows(Refusal.class, () -> BatchIds.parse(id)).status());
    }

    private List<String> issue(int count) {
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            issued.add(ids.next().toString());
        }
        return issued;
    }

    private static void assertIncreasing(List<String> issued) {
        for (int i = 1; i < issued.size(); i++) {
            String before = issued.get(i - 1);
            String after = issued.get(i);
            assertTrue(before.compareTo(after) < 0, () -> before + " was issued before " + after);
        }
    }

    @Test
    void before_isTheIdJustBefore() {
        UUID batch = ids.next();
        UUID before = BatchIds.before(batch);
        assertTrue(BatchIds.ORDER.compare(before, batch) < 0);
        assertEquals(batch.getLeastSignificantBits() - 1, before.getLeastSignificantBits());
        assertEquals(new UUID(6, -1), BatchIds.before(new UUID(7, 0)), "there is none between them");
    }

    @Test
    void tellsTheTime_andThePlace_andWhetherItMayBeOurs() {
        UUID batch = new BatchIds(new FakeClock(), new Random(1)).next();
        UUID message = BatchIds.message(batch, 4095);
        assertEquals(NOW, BatchIds.time(message).toEpochMilli());
        assertEquals(4095, BatchIds.placeOf(message));
        assertEquals(0, BatchIds.placeOf(batch));
        assertTrue(BatchIds.mayBeOurs(batch) && BatchIds.mayBeOurs(message));
        assertEquals(
                List.of(false, false, false),
                List.of(
                        BatchIds.mayBeOurs(UUID.fromString("01890a5d-ac96-474b-8000-b302099a8057")),
                        BatchIds.mayBeOurs(new UUID(batch.getMostSignificantBits(), 1)),
                        BatchIds.mayBeOurs(BatchIds.FIRST)));
    }
}
