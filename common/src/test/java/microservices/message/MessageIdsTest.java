package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

class MessageIdsTest {

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
    private final MessageIds ids = new MessageIds(clock, new Random(1));

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 0x4000_0000_0000_0000L, 0x8000_0000_0000_0000L, 0x1234_5678_9ABC_DEF0L})
    void isAUuidOfVersion7_whateverTheRandomBitsAre(long bits) {
        MessageIds fixed = new MessageIds(clock, new FixedRandom(bits));
        UUID id = UUID.fromString(fixed.next(fixed.nextBatch()));
        assertEquals(7, id.version());
        assertEquals(2, id.variant());
        assertEquals(NOW, id.getMostSignificantBits() >>> 16, "the first 48 bits are milliseconds since 1970");
    }

    @Test
    void keepsTheVersion_whileTheCounterRunsThroughAllItsValues() {
        long batch = ids.nextBatch();
        for (int i = 0; i < 5_000; i++) {
            assertEquals(7, UUID.fromString(ids.next(batch)).version());
        }
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
        String id = issue(1).get(0);
        assertEquals(NOW + 1_000, UUID.fromString(id).getMostSignificantBits() >>> 16);
    }

    @Test
    @Timeout(20)
    void givesNoIdTwice_whenThreadsShareABatch() throws Exception {
        long batch = ids.nextBatch();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<List<String>> issuing = () -> {
                List<String> issued = new ArrayList<>();
                for (int i = 0; i < 5_000; i++) {
                    issued.add(ids.next(batch));
                }
                return issued;
            };
            Set<String> all = new HashSet<>();
            for (Future<List<String>> issued : threads.invokeAll(List.of(issuing, issuing, issuing, issuing))) {
                all.addAll(issued.get());
            }
            assertEquals(20_000, all.size());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void batchOf_isTheSameWithinABatch_andAnotherInAnother() {
        long first = ids.nextBatch();
        long second = ids.nextBatch();
        String ofFirst = MessageIds.batchOf(ids.next(first));
        assertEquals(ofFirst, MessageIds.batchOf(ids.next(first)));
        assertNotEquals(ofFirst, MessageIds.batchOf(ids.next(second)));
    }

    @Test
    void batchOf_isTheWholeOfWhatIsNoId() {
        assertEquals("", MessageIds.batchOf(""));
        assertEquals("something else", MessageIds.batchOf("something else"));
    }

    @Test
    void textsByBatch_hasOneMapForEachBatch() {
        Message first = new Message("0-of-a-batch", "one");
        long batch = ids.nextBatch();
        Message second = new Message(ids.next(batch), "two");
        Message third = new Message(ids.next(batch), "three");
        assertEquals(
                Set.of(Map.of(first.id(), "one"), Map.of(second.id(), "two", third.id(), "three")),
                Set.copyOf(MessageIds.textsByBatch(List.of(first, second, third))));
    }

    @Test
    void check_acceptsWhatTheFacadeMakes_andOtherUuids() {
        String id = ids.next(ids.nextBatch());
        assertEquals(id, MessageIds.check(id));
        assertEquals("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", MessageIds.check("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
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
    void check_refusesWhatIsNoUuidInLowerCase(String id) {
        assertEquals(
                400, assertThrows(Refusal.class, () -> MessageIds.check(id)).status());
    }

    private List<String> issue(int count) {
        List<String> issued = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Each in a batch of its own: the order must not lean on the random half.
            issued.add(ids.next(ids.nextBatch()));
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
    void fromATimeOn_isNoGreaterThanWhatIsGivenOutThen_andGreaterThanWhatWasBefore() {
        Instant time = Instant.parse("2026-01-02T03:04:05.678Z");
        MessageIds then = new MessageIds(Clock.fixed(time, ZoneOffset.UTC), new Random(1));
        MessageIds before = new MessageIds(Clock.fixed(time.minusMillis(1), ZoneOffset.UTC), new Random(1));
        for (int i = 0; i < 100; i++) {
            assertTrue(MessageIds.from(time).compareTo(then.next(then.nextBatch())) <= 0);
            assertTrue(MessageIds.from(time).compareTo(before.next(before.nextBatch())) > 0);
        }
    }
}
