package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedReadingsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** So long that a test which needs it fails. */
    private static final Duration NEVER = Duration.ofHours(1);
    /** How much longer than a reading the pause after it is. */
    private static final int PAUSE_FACTOR = 3;
    /** The pause after it is longer than anything else here takes. */
    private static final Duration SOME_TIME = Duration.ofSeconds(1);

    /** What was read, by its number: 1 is the first. */
    private record Numbered(int number, Queue<Integer> closed) implements SharedReadings.Reading {
        @Override
        public void close() {
            closed.add(number);
        }
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger begun = new AtomicInteger();
    private final Queue<Integer> closed = new ConcurrentLinkedQueue<>();
    /** Before its gate is open, a reading does not end; one without a gate ends at once. */
    private final Map<Integer, CountDownLatch> gates = new ConcurrentHashMap<>();

    /** By the number of the reading (nanoTime). */
    private final Map<Integer, Long> begunAt = new ConcurrentHashMap<>();

    private final Map<Integer, Long> endedAt = new ConcurrentHashMap<>();
    private final AtomicBoolean posting = new AtomicBoolean();
    private volatile RuntimeException failure;

    private final SharedReadings<Numbered> readings = readings(NEVER);

    private SharedReadings<Numbered> readings(Duration mostWait) {
        return new SharedReadings<>(this::read, posting::get, mostWait);
    }

    private Numbered read() {
        int number = begun.incrementAndGet();
        begunAt.put(number, System.nanoTime());
        try {
            gates.getOrDefault(number, new CountDownLatch(0)).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        endedAt.put(number, System.nanoTime());
        if (failure != null) {
            throw failure;
        }
        return new Numbered(number, closed);
    }

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
    }

    private CountDownLatch gate(int number) {
        CountDownLatch gate = new CountDownLatch(1);
        gates.put(number, gate);
        return gate;
    }

    private CompletableFuture<SharedReadings<Numbered>.Use> client(SharedReadings<Numbered> readings) {
        return CompletableFuture.supplyAsync(readings::next, threads);
    }

    /** So many more, who wait together. */
    private List<CompletableFuture<SharedReadings<Numbered>.Use>> clients(int count) {
        List<CompletableFuture<SharedReadings<Numbered>.Use>> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client(readings));
        }
        Await.until(LIMIT, count + " wait", () -> readings.waiting() == count);
        return clients;
    }

    private void awaitBegun(int number) {
        Await.until(LIMIT, "reading " + number + " has begun", () -> begun.get() == number);
    }

    private static <T> T get(CompletableFuture<T> client) throws Exception {
        return client.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void whoComesWhileOneIsUnderWayGetsTheNext_togetherWithTheOthers() throws Exception {
        CountDownLatch gate = gate(1);
        CompletableFuture<SharedReadings<Numbered>.Use> early = client(readings);
        awaitBegun(1);
        List<CompletableFuture<SharedReadings<Numbered>.Use>> late = clients(3);
        gate.countDown();
        assertEquals(1, get(early).reading().number());
        int firsts = 0;
        for (CompletableFuture<SharedReadings<Numbered>.Use> client : late) {
            assertEquals(2, get(client).reading().number(), "the first one had begun before");
            firsts += get(client).first() ? 1 : 0;
        }
        assertEquals(2, begun.get());
        assertEquals(1, firsts);
    }

    @Test
    void nobodySharesAReadingThatHasEnded() {
        try (SharedReadings<Numbered>.Use first = readings.next();
                SharedReadings<Numbered>.Use second = readings.next()) {
            assertEquals(1, first.reading().number());
            assertEquals(2, second.reading().number());
        }
    }

    @Test
    void itsMemoryIsGivenBack_whenTheLastOneHasIt() throws Exception {
        CountDownLatch gate = gate(1);
        CompletableFuture<SharedReadings<Numbered>.Use> early = client(readings);
        awaitBegun(1);
        List<CompletableFuture<SharedReadings<Numbered>.Use>> late = clients(3);
        gate.countDown();
        get(early).close();
        assertEquals(List.of(1), List.copyOf(closed));
        get(late.get(1)).close();
        get(late.get(2)).close();
        assertEquals(List.of(1), List.copyOf(closed), "one of them is slow");
        readings.next().close();
        assertEquals(List.of(1, 3), List.copyOf(closed), "and holds up nobody");
        get(late.get(0)).close();
        assertEquals(List.of(1, 3, 2), List.copyOf(closed));
    }

    @Test
    void whatFailsFailsForAllWhoShareIt_andForNobodyElse() throws Exception {
        CountDownLatch gate = gate(1);
        CompletableFuture<SharedReadings<Numbered>.Use> early = client(readings);
        awaitBegun(1);
        CountDownLatch second = gate(2);
        List<CompletableFuture<SharedReadings<Numbered>.Use>> late = clients(3);
        gate.countDown();
        assertEquals(1, get(early).reading().number());
        awaitBegun(2);
        failure = Refusal.unknown("no logging replica");
        second.countDown();
        for (CompletableFuture<SharedReadings<Numbered>.Use> client : late) {
            ExecutionException error = assertThrows(ExecutionException.class, () -> get(client));
            assertEquals(failure, error.getCause());
        }
        failure = null;
        readings.next().close();
        assertEquals(List.of(3), List.copyOf(closed), "nothing is left of the one that failed");
    }

    @Test
    void whoIsInterruptedLeavesNothingBehind() throws Exception {
        CountDownLatch gate = gate(1);
        CompletableFuture<SharedReadings<Numbered>.Use> early = client(readings);
        awaitBegun(1);
        CompletableFuture<RuntimeException> thrown = new CompletableFuture<>();
        Thread first = new Thread(() -> thrown.complete(assertThrows(Refusal.class, readings::next)));
        first.start();
        Await.until(LIMIT, "it waits", () -> readings.waiting() == 1);
        CompletableFuture<SharedReadings<Numbered>.Use> behind = client(readings);
        Await.until(LIMIT, "another one relies on it", () -> readings.waiting() == 2);
        first.interrupt();
        get(thrown);
        assertThrows(ExecutionException.class, () -> get(behind));
        gate.countDown();
        get(early).close();
        readings.next().close();
        assertEquals(List.of(1, 2), List.copyOf(closed));
    }

    @Test
    void aReadingThatIsStuckHoldsUpNobodyForLong() throws Exception {
        SharedReadings<Numbered> impatient = readings(Duration.ofMillis(50));
        CountDownLatch gate = gate(1);
        CompletableFuture<SharedReadings<Numbered>.Use> stuck = client(impatient);
        awaitBegun(1);
        assertEquals(2, get(client(impatient)).reading().number());
        assertFalse(stuck.isDone());
        gate.countDown();
        get(stuck).close();
    }

    @Test
    void aPauseFollowsAReading_whileMessagesArePosted() throws Exception {
        posting.set(true);
        readFor(Duration.ofMillis(20), readings);
        readings.next().close();
        assertTrue(paused(), "it began " + betweenNanos() + " ns after one that took " + firstNanos() + " ns");
    }

    @Test
    void noPauseFollows_whenNothingIsPosted() throws Exception {
        readFor(SOME_TIME, readings);
        readings.next().close();
        assertFalse(paused());
    }

    @Test
    void aPauseEnds_whenNothingIsPostedAnyMore() throws Exception {
        posting.set(true);
        readFor(SOME_TIME, readings);
        CompletableFuture<SharedReadings<Numbered>.Use> next = clients(1).get(0);
        posting.set(false);
        get(next).close();
        assertFalse(paused());
    }

    @Test
    void aPauseIsNoLongerThanAnybodyWaits() throws Exception {
        posting.set(true);
        SharedReadings<Numbered> impatient = readings(Duration.ofMillis(50));
        readFor(SOME_TIME, impatient);
        impatient.next().close();
        assertFalse(paused());
    }

    private void readFor(Duration time, SharedReadings<Numbered> shared) throws Exception {
        CountDownLatch gate = gate(1);
        CompletableFuture<SharedReadings<Numbered>.Use> client = client(shared);
        awaitBegun(1);
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        gate.countDown();
        get(client).close();
    }

    private boolean paused() {
        return betweenNanos() >= PAUSE_FACTOR * firstNanos();
    }

    private long firstNanos() {
        return endedAt.get(1) - begunAt.get(1);
    }

    private long betweenNanos() {
        return begunAt.get(2) - endedAt.get(1);
    }
}
