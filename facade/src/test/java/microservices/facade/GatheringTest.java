package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import microservices.facade.Gathering.Crowd;
import microservices.facade.Gathering.Part;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When posts go on, in which batches, and which are refused. */
@Timeout(30)
class GatheringTest {

    private static final Duration LIMIT = Duration.ofSeconds(8);
    /** So long that a test which needs it fails. */
    private static final Duration NEVER = Duration.ofHours(1);

    private static final int CAPACITY = 100_000;
    private static final int MOST_MESSAGES = 512;
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_WAITING = 2_000;

    private final Gathering gathering = opened(new Gathering(new BatchIds(), CAPACITY, NEVER, Duration.ZERO));
    private final List<Thread> takers = new ArrayList<>();

    private static Gathering opened(Gathering gathering) {
        gathering.open();
        return gathering;
    }

    @AfterEach
    void stop() throws InterruptedException {
        gathering.close();
        for (Thread taker : takers) {
            taker.join(TimeUnit.SECONDS.toMillis(5));
            assertFalse(taker.isAlive());
        }
    }

    @Test
    void aLonePostGoesAtOnce_howeverMuchUsuallyComes() throws InterruptedException {
        usually(100);
        Post post = add("a");
        Crowd crowd = next();
        assertEquals(
                List.of(List.of(post)), crowd.parts().stream().map(Part::posts).toList());
        assertEquals(List.of("a"), TestPosts.texts(crowd.parts()));
        assertEquals(1, crowd.posts());
    }

    @Test
    void tellsWhetherPostsAreHere() throws Exception {
        Await.until(LIMIT, "none has been for a while", () -> !gathering.posting());
        add("a");
        assertTrue(gathering.posting(), "one waits");
        Crowd crowd = next();
        TimeUnit.MILLISECONDS.sleep(50);
        assertTrue(gathering.posting(), "it is under way");
        gathering.done(crowd);
        Await.until(LIMIT, "it has been answered for a while", () -> !gathering.posting());
    }

    @Test
    void theNextOneStarts_whenTwoThirdsOfWhatIsUsuallyHereWait() throws Exception {
        usually(100);
        putUnderWay(100);
        CompletableFuture<Optional<Crowd>> next = take(gathering);
        add("m", 66);
        awaitTakerWaits();
        assertFalse(next.isDone(), "66 are less than two thirds of 100");

        add("the 67th");

        assertEquals(67, crowd(next).posts());
    }

    @Test
    void theNextOneStarts_whenNothingIsUnderWayAnyMore() throws Exception {
        usually(100);
        Crowd first = putUnderWay(100);
        Crowd second = putUnderWay(70);
        CompletableFuture<Optional<Crowd>> next = take(gathering);
        add("a");
        gathering.done(first);
        awaitTakerWaits();
        assertFalse(next.isDone(), "one is still under way");
        add("b");

        gathering.done(second);

        assertEquals(List.of("a", "b"), TestPosts.texts(crowd(next).parts()));
    }

    @Test
    void theNextOneWaitsForThoseWhoWereAnswered_untilTwoThirdsAreBack() throws Exception {
        Gathering patient = opened(new Gathering(new BatchIds(), CAPACITY, NEVER, NEVER));
        usually(patient, 100);
        CompletableFuture<Optional<Crowd>> next = take(patient);
        for (int i = 0; i < 66; i++) {
            patient.add(TestPosts.post("m" + i));
        }
        awaitTakerWaits();
        assertFalse(next.isDone(), "nothing is under way, but the others have just been answered");

        patient.add(TestPosts.post("the 67th"));

        assertEquals(67, crowd(next).posts());
    }

    @Test
    void theNextOneStarts_whenThoseWhoWereAnsweredHaveHadTheirTime() throws Exception {
        Duration returnTime = Duration.ofMillis(200);
        Gathering patient = opened(new Gathering(new BatchIds(), CAPACITY, NEVER, returnTime));
        usually(patient, 100);
        patient.add(TestPosts.post("a"));
        long begun = System.nanoTime();
        patient.done(next(patient));
        patient.add(TestPosts.post("b"));
        assertEquals(List.of("b"), TestPosts.texts(next(patient).parts()));
        assertTrue(System.nanoTime() - begun >= returnTime.toNanos(), "it was held back for others");
    }

    @Test
    void aPostThatWaitedInVain_makesTheNextOnesWaitForFewer() throws InterruptedException {
        Gathering patient = opened(new Gathering(new BatchIds(), CAPACITY, NEVER, Duration.ofMillis(1)));
        usually(patient, 100);
        for (int i = 0; i < 8; i++) {
            patient.add(TestPosts.post("alone"));
            patient.done(next(patient));
        }
        patient.add(TestPosts.post("under way"));
        next(patient);
        patient.add(TestPosts.post("beside it"));
        assertEquals(1, next(patient).posts());
    }

    @Test
    void theNextOneStarts_whenAPostHasBeenHeldLongEnough() throws Exception {
        Duration hold = Duration.ofMillis(200);
        Gathering holding = opened(new Gathering(new BatchIds(), CAPACITY, hold, Duration.ZERO));
        usually(holding, 100);
        holding.add(TestPosts.post("under way"));
        next(holding);
        CompletableFuture<Optional<Crowd>> next = take(holding);
        awaitTakerWaits();
        long begun = System.nanoTime();
        holding.add(TestPosts.post("a"));
        holding.add(TestPosts.post("b"));
        Await.until(LIMIT, "they go on", () -> {
            holding.goOn();
            return next.isDone();
        });
        assertEquals(List.of("a", "b"), TestPosts.texts(crowd(next).parts()));
        assertTrue(System.nanoTime() - begun >= hold.toNanos(), "they were held back for others");
    }

    @Test
    void goingOnStartsNothing_beforeItIsTime() throws Exception {
        usually(100);
        putUnderWay(100);
        CompletableFuture<Optional<Crowd>> next = take(gathering);
        add("m", 40);
        gathering.goOn();
        awaitTakerWaits();
        assertFalse(next.isDone());
        add("n", 27);
        assertEquals(67, crowd(next).posts());
    }

    @Test
    void holdsNothingBack_onceLittleUsuallyComes() throws InterruptedException {
        usually(100);
        usually(1);
        putUnderWay();
        add("a");
        assertEquals(1, next().posts());
    }

    @Test
    void takesAllThatWaits_butNoMoreMessagesThanTheLimit() throws InterruptedException {
        add("m", MOST_MESSAGES + 88);
        Crowd first = next();
        Crowd second = next();
        assertEquals(List.of(MOST_MESSAGES, 88), List.of(first.posts(), second.posts()));
        List<String> texts = new ArrayList<>(TestPosts.texts(first.parts()));
        texts.addAll(TestPosts.texts(second.parts()));
        assertEquals(texts("m", MOST_MESSAGES + 88), texts, "in the order of acceptance");
    }

    @Test
    void takesNoMoreMessagesThanTheQueueHasRoomFor() throws InterruptedException {
        Gathering small = opened(new Gathering(new BatchIds(), 5, NEVER, Duration.ZERO));
        for (int i = 0; i < 8; i++) {
            small.add(TestPosts.post("m" + i, i % 2 == 0 ? "key" + i : null));
        }
        assertEquals(List.of(5, 3), List.of(next(small).posts(), next(small).posts()));
    }

    @Test
    void takesNoMoreBytesThanTheLimit_andOneText() throws InterruptedException {
        String longest = "\u0001".repeat(64 * 1024); // as JSON each byte becomes six
        String half = "m".repeat(MOST_BYTES / 8);
        for (int i = 0; i < 3; i++) {
            add(longest);
            gathering.add(TestPosts.post(longest, "key" + i));
        }
        add(half, 8);
        int crowds = 0;
        for (int posts = 0; posts < 6 + 8; crowds++) {
            Crowd crowd = next();
            posts += crowd.posts();
            int bytes = crowd.parts().stream()
                    .mapToInt(part -> part.batch().bytes())
                    .sum();
            assertTrue(bytes < MOST_BYTES + 6 * 64 * 1024 + 100, () -> crowd.posts() + " posts, bytes: " + bytes);
        }
        assertEquals(6 + 1, crowds, "short ones go together all the same");
    }

    /** The order of acceptance is that of the ids, whoever takes the posts. */
    @Test
    void idsRiseAsPostsAreAccepted_alsoWhenSeveralTakeThem() throws Exception {
        int posts = 20_000;
        Queue<Part> taken = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> all =
                IntStream.range(0, 4).mapToObj(i -> takeAll(taken)).toList();
        for (int i = 0; i < posts; i++) {
            String text = String.valueOf(i);
            Await.until(LIMIT, "there is room", () -> added(text));
        }
        Await.until(
                LIMIT,
                "all are taken",
                () -> taken.stream().mapToInt(part -> part.posts().size()).sum() == posts);
        gathering.close();
        for (CompletableFuture<Void> one : all) {
            one.get();
        }

        List<Part> sorted = taken.stream()
                .sorted((a, b) ->
                        BatchIds.ORDER.compare(a.batch().id(), b.batch().id()))
                .toList();
        assertEquals(IntStream.range(0, posts).mapToObj(String::valueOf).toList(), TestPosts.texts(sorted));
        long distinct =
                sorted.stream().map(part -> upper(part.batch().id())).distinct().count();
        assertEquals(sorted.size(), distinct, "strictly: no two have the same time and counter");
    }

    private static long upper(UUID id) {
        return id.getMostSignificantBits();
    }

    private boolean added(String text) {
        try {
            add(text);
            return true;
        } catch (Refusal e) {
            return false;
        }
    }

    private CompletableFuture<Void> takeAll(Queue<Part> taken) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        takeOnThread(() -> {
            for (Optional<Crowd> crowd = gathering.next(); crowd.isPresent(); crowd = gathering.next()) {
                taken.addAll(crowd.get().parts());
                gathering.done(crowd.get());
            }
            ended.complete(null);
        });
        return ended;
    }

    @Test
    void postsWithAKeyAreBatchesOfTheirOwn_inTheSameCrowd() throws InterruptedException {
        add("a");
        gathering.add(TestPosts.post("b", "k1"));
        add("c");
        gathering.add(TestPosts.post("d", "k2"));
        gathering.add(TestPosts.post("d", "k2"));

        Crowd crowd = next();

        assertEquals(5, crowd.posts());
        assertEquals(List.of("a", "c", "b", "d", "d"), TestPosts.texts(crowd.parts()));
        assertEquals(
                List.of(2, 1, 1, 1),
                crowd.parts().stream().map(part -> part.posts().size()).toList());
        assertEquals(
                List.of(Optional.empty(), Optional.of("k1"), Optional.of("k2"), Optional.of("k2")),
                crowd.parts().stream().map(Part::key).toList());
        List<UUID> ids = crowd.parts().stream().map(part -> part.batch().id()).toList();
        assertEquals(ids.stream().sorted(BatchIds.ORDER).distinct().toList(), ids);
    }

    @Test
    void postsWithKeysAlone_makeNoEmptyBatch() throws InterruptedException {
        gathering.add(TestPosts.post("a", "k1"));
        assertEquals(
                List.of(Optional.of("k1")),
                next().parts().stream().map(Part::key).toList());
    }

    @Test
    void aPostThatHasBeenAnsweredIsNotKept() throws InterruptedException {
        add("a");
        add("b").answer().completeExceptionally(new IllegalStateException("answered"));
        gathering.add(TestPosts.post("c", "k1"));
        Post keyed = TestPosts.post("d", "k2");
        keyed.answer().complete(BatchIds.FIRST);
        gathering.add(keyed);
        Crowd crowd = next();
        assertEquals(List.of("a", "c"), TestPosts.texts(crowd.parts()));
        assertEquals(2, crowd.posts());
    }

    @Test
    void nothingGoes_whenAllHaveBeenAnswered() throws Exception {
        for (int i = 0; i < 10; i++) {
            add("answered").answer().complete(BatchIds.FIRST);
        }
        CompletableFuture<Optional<Crowd>> next = take(gathering);
        awaitTakerWaits();
        assertFalse(next.isDone());
        add("a");
        assertEquals(List.of("a"), TestPosts.texts(crowd(next).parts()));
    }

    @Test
    void refusesOverdueOnes_whereverTheyAre_andNoOthers() throws InterruptedException {
        Post overdueUnderWay = TestPosts.post("a", null, Duration.ZERO);
        Post overdueWithAKey = TestPosts.post("b", "k1", Duration.ZERO);
        Post answered = TestPosts.post("c", null, Duration.ZERO);
        Post inTime = TestPosts.post("d");
        List.of(overdueUnderWay, overdueWithAKey, answered, inTime).forEach(gathering::add);
        assertEquals(4, next().posts());
        answered.answer().complete(BatchIds.FIRST);
        Post overdueWaiting = TestPosts.post("e", null, Duration.ZERO);
        Post waitingInTime = TestPosts.post("f");
        List.of(overdueWaiting, waitingInTime).forEach(gathering::add);

        gathering.refuseOverdue();

        for (Post post : List.of(overdueUnderWay, overdueWithAKey, overdueWaiting)) {
            Refusal refusal = refusal(post);
            assertEquals(503, refusal.status());
            assertFalse(refusal.nothingWritten(), "it may be under way");
            assertTrue(refusal.getMessage().contains("too long"), refusal.getMessage());
        }
        assertEquals(BatchIds.FIRST, answered.answer().join());
        assertFalse(inTime.answered());
        assertFalse(waitingInTime.answered());
        assertEquals(List.of("f"), TestPosts.texts(next().parts()), "what was refused is not kept any more");
    }

    @Test
    void refusesNoneTwice_thatIsDone() throws InterruptedException {
        Post post = TestPosts.post("a", null, Duration.ZERO);
        gathering.add(post);
        gathering.done(next());
        gathering.refuseOverdue();
        assertFalse(post.answered(), "whoever has it is to answer it before");
    }

    /** What a client waits for runs on the thread that refuses; others post meanwhile. */
    @Test
    void holdsNobodyUp_whileOverdueOnesAreAnswered() {
        Post overdue = TestPosts.post("a", null, Duration.ZERO);
        gathering.add(overdue);
        CompletableFuture<Post> posted = new CompletableFuture<>();
        CompletableFuture<Void> answered = overdue.answer().handle((id, e) -> {
            Thread other = new Thread(() -> posted.complete(add("b")));
            other.start();
            posted.orTimeout(5, TimeUnit.SECONDS).join();
            return null;
        });
        gathering.refuseOverdue();
        answered.join();
        assertFalse(posted.join().answered());
    }

    @Test
    void refusesPosts_beforeItIsOpened_andOnceItIsClosed() {
        Gathering closed = new Gathering(new BatchIds(), CAPACITY);
        assertRefuses(closed, "starting or stopping");
        closed.open();
        closed.add(TestPosts.post("a"));
        closed.close();
        assertRefuses(closed, "starting or stopping");
    }

    @Test
    void givesOutNothingMore_onceItIsClosed() throws Exception {
        CompletableFuture<Optional<Crowd>> first = take(gathering);
        CompletableFuture<Optional<Crowd>> second = take(gathering);
        awaitTakerWaits();
        gathering.close();
        assertEquals(Optional.empty(), first.get(5, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), second.get(5, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), gathering.next());
    }

    @Test
    void refusesPosts_whileTooManyWait() throws InterruptedException {
        add("m", MOST_WAITING);
        assertRefuses(gathering, "too many");
        assertEquals(MOST_MESSAGES, next().posts());
        add("again", MOST_MESSAGES);
        assertRefuses(gathering, "too many");
    }

    private static void assertRefuses(Gathering gathering, String why) {
        Post post = TestPosts.post("a");
        Refusal refusal = assertThrows(Refusal.class, () -> gathering.add(post));
        assertEquals(503, refusal.status());
        assertTrue(refusal.nothingWritten());
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    }

    private static Refusal refusal(Post post) {
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> post.answer().get(5, TimeUnit.SECONDS));
        return (Refusal) e.getCause();
    }

    private Post add(String text) {
        Post post = TestPosts.post(text);
        gathering.add(post);
        return post;
    }

    private void add(String prefix, int count) {
        texts(prefix, count).forEach(this::add);
    }

    private static List<String> texts(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    private Crowd next() throws InterruptedException {
        return next(gathering);
    }

    private static Crowd next(Gathering gathering) throws InterruptedException {
        return gathering.next().orElseThrow();
    }

    private void usually(int posts) throws InterruptedException {
        usually(gathering, posts);
    }

    /** So many come so often that this is usual. */
    private static void usually(Gathering gathering, int posts) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < posts; j++) {
                gathering.add(TestPosts.post("usual"));
            }
            gathering.done(next(gathering));
        }
    }

    private Crowd putUnderWay() throws InterruptedException {
        return putUnderWay(1);
    }

    private Crowd putUnderWay(int posts) throws InterruptedException {
        add("under way", posts);
        return next();
    }

    private interface Taking {
        void run() throws InterruptedException;
    }

    private void takeOnThread(Taking taking) {
        Thread taker = new Thread(() -> {
            try {
                taking.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        takers.add(taker);
        taker.start();
    }

    /** Takes the next crowd on a thread of its own. */
    private CompletableFuture<Optional<Crowd>> take(Gathering from) {
        CompletableFuture<Optional<Crowd>> next = new CompletableFuture<>();
        takeOnThread(() -> next.complete(from.next()));
        return next;
    }

    private static Crowd crowd(CompletableFuture<Optional<Crowd>> next) throws Exception {
        return next.get(5, TimeUnit.SECONDS).orElseThrow();
    }

    /** With a lock alone a thread waits too, but not for long. */
    private void awaitTakerWaits() {
        Await.until(LIMIT, "who is to take the next crowd waits", () -> {
            for (Thread taker : takers) {
                if (taker.isAlive()
                        && taker.getState() != Thread.State.WAITING
                        && taker.getState() != Thread.State.TIMED_WAITING) {
                    return false;
                }
            }
            return true;
        });
    }
}
