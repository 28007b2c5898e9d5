package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import microservices.facade.Gathering.Part;
import microservices.message.BatchIds;
import microservices.message.JsonText;
import microservices.message.KeyedBatch;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchesTest {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    private static final int UNDER_WAY = 4;
    private static final int CAPACITY = 100_000;
    private static final int MOST_WAITING = 2_000;
    /** What a logging replica reads at most. */
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** Keeps nothing, remembers what it was given, and lets nobody go on before the gate is open. */
    private static final class FakeStep implements Batches.Step {
        private final List<List<Part>> crowds = new CopyOnWriteArrayList<>();
        private final CountDownLatch gate;
        private volatile RuntimeException failure;

        FakeStep(boolean open) {
            gate = new CountDownLatch(open ? 0 : 1);
        }

        @Override
        public List<Optional<UUID>> keep(List<Part> parts) {
            crowds.add(parts);
            await(gate);
            if (failure != null) {
                throw failure;
            }
            return parts.stream().map(part -> Optional.of(part.batch().id())).toList();
        }

        void open() {
            gate.countDown();
        }

        int messages() {
            return kept().size();
        }

        /** What it was given to keep, text by id. */
        Map<String, String> kept() {
            Map<String, String> kept = new HashMap<>();
            crowds.forEach(parts -> parts.forEach(part -> {
                for (Message message : part.batch().messages()) {
                    assertEquals(null, kept.put(message.id(), message.text()), "an id twice");
                }
            }));
            return kept;
        }

        private static void await(CountDownLatch gate) {
            try {
                assertTrue(gate.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final FakeStep open = new FakeStep(true);
    private final FakeStep gated = new FakeStep(false);
    private Batches batches;

    @AfterEach
    void stop() {
        gated.open();
        batches.close();
    }

    @Test
    void aLoneMessageGoesAtOnce_withAnIdOfItsOwn() throws Exception {
        start(open);
        String first = kept("a");
        String second = kept("b");
        assertEquals(Map.of(first, "a", second, "b"), open.kept());
        assertTrue(first.compareTo(second) < 0);
        assertNotEquals(batchOf(first), batchOf(second));
    }

    @Test
    void noThreadWaits_whileMessagesAreKept() throws Exception {
        start(gated);
        CompletableFuture<UUID> outcome = keep("a");
        Await.until(LIMIT, "it is under way", () -> gated.crowds.size() == 1);
        assertFalse(outcome.isDone());
        gated.open();
        String id = outcome.get().toString();
        assertEquals("a", gated.kept().get(id));
    }

    @Test
    void messagesThatArriveWhileBatchesAreUnderWay_areKeptTogether() throws Exception {
        start(gated);
        List<CompletableFuture<UUID>> first = fillUp();
        List<CompletableFuture<UUID>> outcomes = keep("m", 100);
        assertEquals(UNDER_WAY, gated.crowds.size(), "no more than these are under way");

        gated.open();

        for (int i = 0; i < 100; i++) {
            String id = outcomes.get(i).get().toString();
            assertEquals("m" + i, gated.kept().get(id));
        }
        for (CompletableFuture<UUID> outcome : first) {
            outcome.get();
        }
        assertEquals(UNDER_WAY + 1, gated.crowds.size());
    }

    @Test
    void messagesThatAreKeptTogether_areAnsweredWhereEachIsToBe() throws Exception {
        start(gated);
        fillUp();
        BlockingQueue<Runnable> here = new LinkedBlockingQueue<>();
        BlockingQueue<Runnable> there = new LinkedBlockingQueue<>();
        List<Executor> executors = List.of(here::add, there::add);
        List<CompletableFuture<UUID>> outcomes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            outcomes.add(batches.keep(JsonText.encode("m"), Optional.empty(), executors.get(i % 2)));
        }
        gated.open();

        for (BlockingQueue<Runnable> place : List.of(here, there)) {
            Runnable answers = place.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            long before = outcomes.stream().filter(CompletableFuture::isDone).count();
            answers.run();
            assertEquals(
                    before + 5,
                    outcomes.stream().filter(CompletableFuture::isDone).count());
        }
    }

    @Test
    void idsAreUnique_andShareTheirBatchAndNoOther() throws Exception {
        start(gated);
        Set<UUID> answered = new HashSet<>();
        List<CompletableFuture<UUID>> outcomes = new ArrayList<>(fillUp());
        outcomes.addAll(keep("m", 60));
        gated.open();
        for (CompletableFuture<UUID> outcome : outcomes) {
            answered.add(outcome.get());
        }
        assertEquals(60 + UNDER_WAY, answered.size());
        assertEquals(
                gated.kept().keySet(),
                Set.copyOf(answered.stream().map(UUID::toString).toList()));
        Set<UUID> batchIds = Set.copyOf(answered.stream().map(BatchIds::batchOf).toList());
        assertEquals(UNDER_WAY + 1, batchIds.size());
    }

    @Test
    void aMessageHasTheIdUnderWhichItsBatchIsKept_andItsPlaceInIt() throws Exception {
        UUID earlier = new BatchIds().next();
        start(parts -> {
            gated.keep(parts);
            return parts.stream().map(part -> Optional.of(earlier)).toList();
        });
        fillUp();
        List<CompletableFuture<UUID>> outcomes = keep("m", 3);
        gated.open();
        for (int place = 0; place < 3; place++) {
            assertEquals(BatchIds.message(earlier, place), outcomes.get(place).get());
        }
    }

    @Test
    void aFailingStepFailsAllInItsBatch_andNobodyElse() throws Exception {
        Refusal failure = Refusal.unknown("no logging replica");
        start(parts -> {
            List<Optional<UUID>> ids = gated.keep(parts);
            if (TestPosts.texts(parts).get(0).startsWith("bad")) {
                throw failure;
            }
            return ids;
        });
        List<CompletableFuture<UUID>> first = fillUp();
        List<CompletableFuture<UUID>> outcomes = keep("bad", 20);

        gated.open();

        for (CompletableFuture<UUID> outcome : outcomes) {
            assertSame(failure, failureOf(outcome));
        }
        for (CompletableFuture<UUID> outcome : first) {
            outcome.get();
        }
        for (int i = 0; i < 2 * UNDER_WAY; i++) {
            kept("next"); // all threads go on
        }
    }

    @Test
    void aBugInTheStepFailsItsBatch_andTheThreadGoesOn() throws Exception {
        start(open);
        open.failure = new ArithmeticException("a bug");
        for (int i = 0; i < 2 * UNDER_WAY; i++) {
            assertSame(open.failure, failureOf(keep("a")));
        }
        open.failure = null;
        kept("b");
    }

    @Test
    void aStepThatForgetsABatch_leavesNoClientWithoutAnAnswer() throws Exception {
        start(parts -> {
            gated.keep(parts);
            return List.of(Optional.of(parts.get(0).batch().id()));
        });
        fillUp();
        CompletableFuture<UUID> plain = keep("plain");
        CompletableFuture<UUID> keyed = batches.keep(JsonText.encode("keyed"), Optional.of("key"), Runnable::run);
        gated.open();
        plain.get();
        assertTrue(failureOf(keyed) instanceof IndexOutOfBoundsException);
    }

    /** A hop to another thread for each message is what would cost most. */
    @Test
    void answersAllOfABatchInALoop_onOneThread_whateverIsDoneWithAnAnswer() throws Exception {
        start(gated);
        fillUp();
        Set<Thread> threads = new HashSet<>();
        List<CompletableFuture<Boolean>> answered = new ArrayList<>();
        for (CompletableFuture<UUID> outcome : keep("m", 50)) {
            outcome.thenRun(() -> {
                throw new IllegalStateException("the client has gone");
            });
            answered.add(outcome.thenApply(id -> threads.add(Thread.currentThread())));
        }
        gated.open();
        for (CompletableFuture<Boolean> one : answered) {
            one.get();
        }
        assertEquals(1, threads.size());
        assertTrue(threads.iterator().next().getName().startsWith("batch-"));
    }

    /** Nobody else would let it go on: the others are waiting for more to come. */
    @Test
    void aFewPostsGoOn_beforeTheirTimeIsOver_whileACrowdIsStuck() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        start(parts -> {
            if (TestPosts.texts(parts).contains("stuck")) {
                FakeStep.await(stuck);
            }
            return gated.keep(parts);
        });
        fillUp();
        List<CompletableFuture<UUID>> many = keep("m", 1_000); // so that many are usual
        CompletableFuture<UUID> last = keep("stuck");
        gated.open();
        for (CompletableFuture<UUID> one : many.subList(0, 500)) {
            one.get();
        }
        kept("a");
        assertFalse(last.isDone());
        stuck.countDown();
        last.get();
    }

    @Test
    void refusesAtOnce_whenTooManyAreWaiting_andKeepsThoseThatAre() throws Exception {
        start(gated);
        fillUp();
        List<CompletableFuture<UUID>> waiting = keep("m", MOST_WAITING);
        Refusal refusal = assertThrows(Refusal.class, () -> keep("one more"));
        assertEquals(503, refusal.status());
        assertTrue(refusal.nothingWritten());
        assertTrue(refusal.getMessage().contains("too many"), refusal.getMessage());
        assertEquals(UNDER_WAY, gated.crowds.size());

        gated.open();
        for (CompletableFuture<UUID> outcome : waiting) {
            outcome.get();
        }
        kept("again");
        assertEquals(UNDER_WAY + MOST_WAITING + 1, gated.messages());
        assertFalse(gated.kept().containsValue("one more"));
    }

    @Test
    void noCrowdIsMoreThanALoggingReplicaReads_howeverMuchWaits() throws Exception {
        start(gated);
        fillUp();
        // The text that is longest as JSON: each byte becomes six.
        String longest = "\u0001".repeat(64 * 1024);
        List<CompletableFuture<UUID>> outcomes = new ArrayList<>(keep("m", 1_000));
        for (int i = 0; i < 50; i++) {
            outcomes.add(batches.keep(JsonText.encode(longest), Optional.of("k".repeat(250) + i), Runnable::run));
            outcomes.add(keep(longest));
        }
        for (int i = 0; i < 900; i++) {
            outcomes.add(batches.keep(JsonText.encode("m"), Optional.of("k".repeat(250) + i), Runnable::run));
        }
        gated.open();
        for (CompletableFuture<UUID> outcome : outcomes) {
            outcome.get();
        }
        for (List<Part> parts : gated.crowds) {
            assertTrue(bytes(parts) <= MAX_BODY_BYTES, () -> "batches: " + parts.size());
        }
    }

    private static int bytes(List<Part> parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        KeyedBatch.writeAll(
                parts.stream()
                        .map(part -> new KeyedBatch(part.batch(), part.key()))
                        .toList(),
                new DataOutputStream(bytes));
        return bytes.size();
    }

    @Test
    void refusesWhatTakesTooLong_whereverItIs_andKeepsNothingAfterwards() throws Exception {
        start(gated, Duration.ofMillis(500));
        List<CompletableFuture<UUID>> outcomes = new ArrayList<>(keep("first", UNDER_WAY));
        Await.until(LIMIT, "these are under way", () -> gated.messages() == UNDER_WAY);
        outcomes.addAll(keep("m", 20));
        for (CompletableFuture<UUID> outcome : outcomes) {
            Refusal refusal = (Refusal) failureOf(outcome);
            assertEquals(503, refusal.status());
            assertFalse(refusal.nothingWritten());
        }
        int before = gated.messages();
        gated.open();
        kept("in time");
        assertEquals(before + 1, gated.messages());
    }

    @Test
    void finishesWhatIsUnderWay_whenItIsClosed_andRefusesMore() throws Exception {
        start(gated);
        CompletableFuture<UUID> outcome = keep("a");
        Await.until(LIMIT, "it is under way", () -> gated.crowds.size() == 1);
        Thread closing = new Thread(batches::close);
        closing.start();
        Await.until(LIMIT, "no more are taken", () -> refused("b"));
        gated.open();
        String id = outcome.get().toString();
        assertEquals("a", gated.kept().get(id));
        closing.join(TimeUnit.SECONDS.toMillis(8));
        assertEquals(List.of(), threads());
    }

    private boolean refused(String text) {
        try {
            keep(text);
            return false;
        } catch (Refusal e) {
            assertTrue(e.nothingWritten());
            return true;
        }
    }

    /** It has two seconds for what is under way. */
    @Test
    void closingCostsNoCpu_whileItWaitsForWhatIsUnderWay() throws InterruptedException {
        start(gated);
        keep("a");
        Await.until(LIMIT, "it is under way", () -> gated.crowds.size() == 1);
        Map<Thread, Long> before = new HashMap<>();
        threads().forEach(thread -> before.put(thread, cpuNanos(thread)));
        assertEquals(UNDER_WAY + 1, before.size());
        Thread closing = new Thread(batches::close);
        closing.start();
        closing.join(TimeUnit.SECONDS.toMillis(1));
        assertTrue(closing.isAlive(), "it waits");
        long nanos = before.keySet().stream()
                .filter(Thread::isAlive)
                .mapToLong(thread -> cpuNanos(thread) - before.get(thread))
                .sum();
        assertTrue(nanos < TimeUnit.MILLISECONDS.toNanos(20), () -> "nanoseconds: " + nanos);
        gated.open();
        closing.join(TimeUnit.SECONDS.toMillis(8));
        assertEquals(List.of(), threads());
    }

    private static long cpuNanos(Thread thread) {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
    }

    /** This test's threads, and perhaps those of another that have not ended. */
    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("batch-"))
                .toList();
    }

    @Test
    void refusesWhatComesBeforeItIsStarted() {
        batches = new Batches(open, CAPACITY);
        assertTrue(refused("a"));
    }

    private static UUID batchOf(String id) {
        return BatchIds.batchOf(UUID.fromString(id));
    }

    private static Throwable failureOf(CompletableFuture<UUID> outcome) {
        return assertThrows(ExecutionException.class, () -> outcome.get(10, TimeUnit.SECONDS))
                .getCause();
    }

    private CompletableFuture<UUID> keep(String text) {
        return batches.keep(JsonText.encode(text), Optional.empty(), Runnable::run);
    }

    private List<CompletableFuture<UUID>> keep(String prefix, int count) {
        List<CompletableFuture<UUID>> outcomes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            outcomes.add(keep(prefix + i));
        }
        return outcomes;
    }

    /** Keeps a message and returns its id. */
    private String kept(String text) throws Exception {
        return keep(text).get(10, TimeUnit.SECONDS).toString();
    }

    private void start(Batches.Step step) {
        start(step, Duration.ofSeconds(20));
    }

    private void start(Batches.Step step, Duration patience) {
        batches = new Batches(step, CAPACITY, patience);
        batches.start();
    }

    /** Has as many crowds under way as may be, so that what comes next waits. */
    private List<CompletableFuture<UUID>> fillUp() {
        List<CompletableFuture<UUID>> outcomes = new ArrayList<>();
        for (int i = 1; i <= UNDER_WAY; i++) {
            int expected = i;
            outcomes.add(keep("first" + i));
            Await.until(LIMIT, expected + " are under way", () -> gated.crowds.size() == expected);
        }
        assertFalse(outcomes.stream().anyMatch(CompletableFuture::isDone));
        return outcomes;
    }
}
