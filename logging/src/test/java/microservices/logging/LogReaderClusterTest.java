package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.map.IMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import microservices.cluster.ConfirmedMap;
import microservices.http.ByteBudget;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.IdList;
import microservices.message.KeyedBatch;
import microservices.message.Refusal;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class LogReaderClusterTest {

    private static final long PLENTY = 1_000_000_000;
    /** No older index serves. */
    private static final Duration NOW = Duration.ZERO;

    private TestMembers members;
    /** How often members of the log have come or gone or were merged. */
    private final AtomicLong changes = new AtomicLong();

    @AfterEach
    void closeMembers() {
        members.close();
    }

    private void start(int count) {
        members = TestMembers.of(LogCluster::member, count);
    }

    @Test
    void listsInTheOrderOfAcceptance_whetherWithKeysOrWithout() {
        start(2);
        List<KeyedBatch> accepted = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            accepted.add(
                    i % 3 == 0
                            ? TestMessages.attempt("keyed" + i, "key-" + i)
                            : withoutKey(TestMessages.batch("plain" + i + "-", 1 + i % 4)));
        }
        List<KeyedBatch> shuffled = new ArrayList<>(accepted);
        Collections.shuffle(shuffled, new Random(1));
        write(0, shuffled);

        assertEquals(texts(accepted), Logs.texts(new LogStore(members.get(1))));
        assertEquals(texts(accepted), Logs.texts(reader(0, 40)));
    }

    @Test
    void listsAll_whateverAPageHolds() {
        start(2);
        List<String> all = TestMessages.texts(write(0, TestMessages.batches(60, 5)));
        for (int pageBytes : new int[] {0, 1, 50, 1000, 1_000_000}) {
            assertEquals(all, Logs.texts(reader(1, pageBytes)), "bytes: " + pageBytes);
        }
    }

    @Test
    void listsLargeBatches_amongManySmallOnes() {
        start(2);
        List<Batch> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.addAll(write(0, TestMessages.batches(150, 1)));
            all.addAll(write(0, List.of(TestMessages.batch("l".repeat(64_000), 5))));
        }
        assertEquals(TestMessages.texts(all), Logs.texts(new LogStore(members.get(1))));
        assertEquals(TestMessages.texts(all), Logs.texts(reader(1, 1000)));
    }

    /** Whenever a batch has been written out, the texts of all are changed; so what is listed tells when it was fetched. */
    @Test
    void holdsThePageThatIsNext_andNoMore() throws IOException {
        start(2);
        // ["0000"] takes 8 bytes, so five fill a page of 40.
        List<Batch> batches =
                IntStream.range(0, 12).mapToObj(i -> TestMessages.of("0000")).toList();
        write(0, batches);
        IMap<Object, Batch> map = members.hazelcast(0).getMap(LogCluster.LOG);
        ByteArrayOutputStream listed = new ByteArrayOutputStream();
        AtomicInteger written = new AtomicInteger();
        try (LogReader.Listing listing = reader(1, 40).open()) {
            listing.writeTo(new OutputStream() {
                @Override
                public void write(int bracketOrComma) {
                    listed.write(bracketOrComma);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    listed.write(bytes, offset, length);
                    String text = "%04d".formatted(written.incrementAndGet());
                    batches.forEach(
                            batch -> map.set(batch.id(), TestMessages.of(text).withId(batch.id())));
                }
            });
        }
        String page1 = "\"0000\",".repeat(5);
        String page2 = "\"0005\",".repeat(5);
        assertEquals("[" + page1 + page2 + "\"0010\",\"0010\"]", listed.toString(StandardCharsets.UTF_8));
    }

    @Test
    void listsWhatWasThere_whenMoreIsWrittenMeanwhile() {
        start(2);
        List<Batch> all = new ArrayList<>(write(0, TestMessages.batches(5, 20)));
        LogReader reader = reader(0, 40);
        try (LogReader.Listing slow = reader.open()) {
            List<String> before = TestMessages.texts(all);
            for (int i = 0; i < 10; i++) {
                all.addAll(write(1, List.of(TestMessages.batch("more" + i + "-", 3))));
                assertEquals(TestMessages.texts(all), Logs.texts(reader));
                assertEquals(TestMessages.texts(all), Logs.texts(reader));
            }
            assertEquals(before, Logs.texts(slow));
            assertEquals(before, Logs.texts(slow), "a listing may be written twice");
        }
    }

    @Test
    void severalReadingsShareAnIndex_untilMoreIsWritten() {
        start(2);
        write(0, TestMessages.batches(10, 1));
        int bytesOfOne = 10 * LogIndex.BYTES_EACH;
        LogReader reader = reader(0, 40, new ByteBudget("readings", bytesOfOne + bytesOfOne / 2));
        LogReader.Listing first = reader.open();
        LogReader.Listing second = reader.open();
        LogReader.Listing third = reader.open();
        write(0, TestMessages.batches(1, 1));

        assertEquals(503, assertThrows(Refusal.class, reader::open).status(), "there is no room for another index");
        assertEquals(
                503,
                assertThrows(Refusal.class, () -> reader.idsAfter(BatchIds.FIRST, NOW))
                        .status());
        assertEquals(10, Logs.texts(second).size(), "those under way go on");
        first.close();
        second.close();
        assertEquals(503, assertThrows(Refusal.class, reader::open).status());
        third.close();
        assertEquals(11, Logs.texts(reader).size());
    }

    @Test
    void listsALogThatIsLargerThanTheMemoryForReadings_whenNobodyElseReads() {
        start(2);
        List<KeyedBatch> keyed = IntStream.range(0, 20)
                .mapToObj(i -> TestMessages.attempt("text" + i, "key-" + i))
                .toList();
        write(0, keyed);
        LogReader reader = reader(0, 40, new ByteBudget("readings", 1));
        assertEquals(texts(keyed), Logs.texts(reader));
        write(0, TestMessages.batches(1, 1));
        assertEquals(21, Logs.texts(reader).size());
    }

    @Test
    void letsGoOfItsIndex_whenTheFirstPageCannotBeFetched() {
        start(2);
        Batch lost = write(0, TestMessages.batches(10, 1)).get(0);
        LogReader reader = reader(0, 40, new ByteBudget("readings", 10 * LogIndex.BYTES_EACH));
        assertEquals(10, Logs.texts(reader).size());
        IMap<Object, Batch> map = members.hazelcast(0).getMap(LogCluster.LOG);
        map.delete(lost.id());
        write(0, TestMessages.batches(1, 1)); // as many as before, so the index seems to be good

        assertEquals(503, assertThrows(Refusal.class, reader::open).status());
        assertEquals(10, Logs.texts(reader).size(), "it gathers anew, and there is room for the next index");
    }

    @Test
    void servesManyReadingsAtOnce() throws InterruptedException {
        start(2);
        List<String> all = TestMessages.texts(write(0, TestMessages.batches(50, 2)));
        LogReader reader = reader(0, 100);
        List<Object> results = new CopyOnWriteArrayList<>();
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> results.add(Logs.texts(reader))))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(Collections.nCopies(8, all), results);
    }

    @Test
    void returnsTheIdsThatFollowOne() {
        start(2);
        List<Batch> batches = new ArrayList<>(write(0, TestMessages.batches(20, 2)));
        KeyedBatch keyed = TestMessages.attempt("keyed", "a key");
        write(0, List.of(keyed));
        batches.add(keyed.batch());
        List<UUID> ids = TestMessages.ids(batches);
        LogReader reader = reader(1, 40);
        assertEquals(ids, list(reader.idsAfter(BatchIds.FIRST, NOW)));
        for (int i = 0; i < ids.size(); i++) {
            assertEquals(ids.subList(i + 1, ids.size()), list(reader.idsAfter(ids.get(i), NOW)));
        }
        UUID between = BatchIds.message(ids.get(4), 1);
        assertEquals(ids.subList(5, ids.size()), list(reader.idsAfter(between, NOW)));
        assertEquals(List.of(), list(reader.idsAfter(BatchIds.LAST, NOW)));
    }

    @Test
    void returnsIdsOfAnOlderIndex_whenThatMayServe() {
        start(2);
        List<UUID> ids = new ArrayList<>(TestMessages.ids(write(0, TestMessages.batches(5, 1))));
        LogReader reader = reader(1, 40);
        assertEquals(ids, list(reader.idsAfter(BatchIds.FIRST, Duration.ofHours(1))));
        List<UUID> more = TestMessages.ids(write(0, TestMessages.batches(2, 1)));

        assertEquals(ids, list(reader.idsAfter(BatchIds.FIRST, Duration.ofHours(1))));
        assertEquals(more, list(reader.idsAfter(ids.get(4), NOW)));
        assertEquals(7, Logs.texts(reader).size(), "a reading never has an older one");
    }

    @Test
    void returnsBatchesByTheirIds_asManyAsFitIntoAPage() {
        start(2);
        List<Batch> small = write(
                0,
                IntStream.range(0, 10).mapToObj(i -> TestMessages.of("000" + i)).toList());
        Batch large = write(0, List.of(TestMessages.of("l".repeat(1000)))).get(0);
        KeyedBatch keyed = TestMessages.attempt("keyed", "a key");
        write(0, List.of(keyed));
        LogReader reader = reader(1, 40);

        assertEquals(TestMessages.withoutKeys(small.subList(0, 5)), reader.read(ids(small)));
        List<KeyedBatch> one = TestMessages.withoutKeys(List.of(large));
        assertEquals(one, reader.read(ids(List.of(large, small.get(0)))), "at least one");
        List<KeyedBatch> mixed = List.of(withoutKey(small.get(7)), keyed, withoutKey(small.get(3)), withoutKey(large));
        assertEquals(
                mixed, reader.read(ids(mixed.stream().map(KeyedBatch::batch).toList())), "in the order of the ids");
        assertEquals(List.of(), reader.read(new IdList()));
    }

    @Test
    void returnsNoMoreBatchesThanAnAnswerMayHave_howeverSmallTheyAre() {
        start(2);
        Batch one = write(0, List.of(TestMessages.of("1"))).get(0);
        List<KeyedBatch> read = new LogStore(members.get(0)).reader().read(ids(Collections.nCopies(70_000, one)));
        assertEquals(4096, read.size());
        IdList unknown = new IdList();
        BatchIds ids = new BatchIds();
        IntStream.range(0, 70_000).forEach(i -> unknown.add(ids.next()));
        assertEquals(
                503,
                assertThrows(Refusal.class, () -> reader(0, 40).read(unknown)).status());
    }

    @Test
    void refuses_whenOneOfTheIdsIsUnknown() {
        start(2);
        List<Batch> known = write(0, TestMessages.batches(2, 1));
        Batch unknown = TestMessages.of("unknown");
        IdList ids = ids(List.of(known.get(0), unknown, known.get(1)));
        Refusal refusal = assertThrows(Refusal.class, () -> reader(0, 1000).read(ids));
        assertEquals(503, refusal.status());
        assertTrue(refusal.getMessage().contains(unknown.id().toString()), refusal.getMessage());
    }

    @Test
    void aReadingUnderWayIsWhole_whenMembersGo() {
        start(3);
        List<String> all = TestMessages.texts(LogStoreClusterTest.writeThroughAll(members));
        try (LogReader.Listing listing = reader(2, 100).open()) {
            members.leave(0);
            members.crash(1);
            assertEquals(all, Logs.texts(listing));
        }
    }

    @Test
    void noReadingMissesWhatWasThereWhenItBegan_whileMembersComeAndGo() throws InterruptedException {
        start(3);
        List<String> all = TestMessages.texts(LogStoreClusterTest.writeThroughAll(members));
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger readings = new AtomicInteger();
        List<String> wrong = new CopyOnWriteArrayList<>();
        Thread thread = new Thread(() -> {
            while (!done.get()) {
                try {
                    List<String> read = Logs.texts(reader(2, 200)); // a new one gathers its own index
                    readings.incrementAndGet();
                    if (!read.equals(all)) {
                        wrong.add(read.size() + " of " + all.size());
                    }
                } catch (Refusal e) {
                    if (e.status() != 503) { // it may fail, but not lie
                        wrong.add(e.toString());
                    }
                }
            }
        });
        thread.start();
        members.start(LogCluster::member);
        members.awaitEstablished();
        members.crash(0);
        members.awaitSafe();
        members.start(LogCluster::member);
        members.awaitEstablished();
        members.leave(1);
        members.awaitSafe();
        done.set(true);
        thread.join(TimeUnit.SECONDS.toMillis(20));

        assertTrue(readings.get() > 10, "readings: " + readings);
        assertEquals(List.of(), wrong);
    }

    /** An attempt that was not confirmed may be gone, and its key stand for another one: the log is as long as before. */
    @Test
    void anIndexOfBeforeAChangeOfMembersIsNotUsedAfterIt() {
        start(2);
        KeyedBatch first = TestMessages.attempt("text", "key");
        write(0, List.of(first));
        LogReader reader = reader(0, 1000);
        assertEquals(
                List.of(first.batch().id()),
                reader.idsAfter(BatchIds.FIRST, NOW).sorted());

        Batch other = TestMessages.of("text");
        members.get(0).hazelcast().getMap(LogCluster.LOG).set("key", other);
        changes.incrementAndGet();

        assertEquals(
                List.of(other.id()),
                reader.idsAfter(BatchIds.FIRST, Duration.ofHours(1)).sorted());
    }

    private LogReader reader(int member, int pageBytes) {
        return reader(member, pageBytes, new ByteBudget("readings", PLENTY));
    }

    private LogReader reader(int member, int pageBytes, ByteBudget budget) {
        ConfirmedMap<Object, Batch> log =
                new ConfirmedMap<>(members.get(member), LogCluster.LOG, Duration.ofSeconds(1), false);
        return new LogReader(log, changes::get, pageBytes, budget);
    }

    private List<Batch> write(int member, List<?> batches) {
        List<KeyedBatch> keyed = new ArrayList<>();
        batches.forEach(batch -> keyed.add(batch instanceof KeyedBatch it ? it : withoutKey((Batch) batch)));
        assertEquals(
                keyed.stream().map(it -> Optional.of(it.batch().id())).toList(),
                new LogStore(members.get(member)).write(keyed));
        return keyed.stream().map(KeyedBatch::batch).toList();
    }

    private static KeyedBatch withoutKey(Batch batch) {
        return new KeyedBatch(batch, Optional.empty());
    }

    private static List<String> texts(List<KeyedBatch> batches) {
        return TestMessages.texts(batches.stream().map(KeyedBatch::batch).toList());
    }

    private static IdList ids(List<Batch> batches) {
        IdList ids = new IdList();
        batches.forEach(batch -> ids.add(batch.id()));
        return ids;
    }

    private static List<UUID> list(IdList ids) {
        return IntStream.range(0, ids.size()).mapToObj(ids::get).toList();
    }
}
