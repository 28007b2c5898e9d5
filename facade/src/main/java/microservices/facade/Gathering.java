package microservices.facade;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;

/**
 * Where posts gather while others are being kept, and when they go on. A lone post goes at once. Where several clients
 * post, the next crowd starts when two thirds of the posts wait that are usually here at the same time: too early, and
 * each crowd is small; too late, and nobody works. If nothing is under way, it starts two milliseconds after the last
 * answer at the latest. See RATIONALE.md. Thread-safe.
 */
final class Gathering {

    /**
     * Posts that are kept together: those without a key as one batch, each of those with a key as one of its own.
     *
     * @param parts never empty
     */
    record Crowd(List<Part> parts, int posts) {}

    /**
     * One batch of a crowd.
     *
     * @param posts whose messages it has, in order
     * @param key the idempotency key of a batch with one message
     */
    record Part(Batch batch, List<Post> posts, Optional<String> key) {}

    static final int MOST_MESSAGES = 512;
    /** Bounds a crowd in bytes, with one text to spare: one operation carries a batch whole. */
    private static final int MOST_BYTES = 256 * 1024;

    private static final int MOST_WAITING = 2_000;
    /** Behind a crowd that is stuck, a post is held back for so long at most, see {@link #goOn}. */
    private static final Duration HOLD = Duration.ofMillis(100);
    /** How long clients that have just been answered take to post again, at most. */
    private static final Duration RETURN = Duration.ofMillis(2);
    /** A client that was answered so lately may be posting on. */
    private static final Duration RECENT = Duration.ofMillis(20);
    /** The part of the posts which are usually here that has to wait before another crowd starts. */
    private static final double CROWD = 2.0 / 3;
    /** How fast the notion of how many posts are usually here follows: by an eighth each time. */
    private static final double FOLLOW = 1.0 / 8;
    /** The same when it was too high, so that posts waited for others that did not come. */
    private static final double FOLLOW_DOWN = 1.0 / 2;

    private final BatchIds ids;
    private final int mostMessages;
    private final Duration hold;
    private final Duration returnTime;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();

    /** Guarded by lock, as all below. In the order of acceptance. */
    private final Deque<Post> waiting = new ArrayDeque<>();

    private long oldestSince;
    /** A few at most. */
    private final List<Crowd> underWay = new ArrayList<>();

    private int postsUnderWay;
    private double usual = 1;
    /** When the last crowd was done (nanoTime). */
    private long lastDone = System.nanoTime();

    private boolean closed = true;

    Gathering(BatchIds ids, int queueCapacity) {
        this(ids, queueCapacity, HOLD, RETURN);
    }

    Gathering(BatchIds ids, int queueCapacity, Duration hold, Duration returnTime) {
        this.ids = ids;
        this.mostMessages = Math.min(MOST_MESSAGES, queueCapacity);
        this.hold = hold;
        this.returnTime = returnTime;
    }

    /**
     * Adds a post.
     *
     * @throws Refusal 503 if too many are waiting, or it is closed
     */
    void add(Post post) {
        lock.lock();
        try {
            if (closed) {
                throw Refusal.notNow("this replica is starting or stopping; send the request to another one");
            }
            if (waiting.size() >= MOST_WAITING) {
                throw Refusal.notNow("too many messages are waiting to be kept; send it again a little later");
            }
            if (waiting.isEmpty()) {
                oldestSince = System.nanoTime();
            }
            waiting.add(post);
            if (isReady()) {
                ready.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isReady() {
        return !waiting.isEmpty()
                && (waiting.size() >= crowd()
                        || (underWay.isEmpty() && nanosToReturn() <= 0)
                        || System.nanoTime() - oldestSince >= hold.toNanos());
    }

    /** How many posts go on without waiting for others. */
    private double crowd() {
        return Math.min(mostMessages, usual * CROWD);
    }

    /** How much longer clients may take that were answered last. */
    private long nanosToReturn() {
        return returnTime.toNanos() - (System.nanoTime() - lastDone);
    }

    /** To be called now and then: lets posts go on that have been held back for too long. */
    void goOn() {
        lock.lock();
        try {
            if (isReady()) {
                ready.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next crowd and takes it; to be followed by {@link #done}.
     *
     * @return empty if it is closed
     */
    Optional<Crowd> next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                if (isReady()) {
                    Optional<Crowd> crowd = take();
                    if (crowd.isPresent()) {
                        return crowd;
                    }
                } else if (underWay.isEmpty() && crowd() > 1 && nanosToReturn() > 0) {
                    ready.awaitNanos(nanosToReturn());
                } else {
                    ready.await();
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Ids are drawn where messages are taken, under one lock: so two batches cannot swap. */
    private Optional<Crowd> take() {
        double follow = underWay.isEmpty() && waiting.size() < crowd() ? FOLLOW_DOWN : FOLLOW;
        List<Post> plain = new ArrayList<>();
        List<Post> keyed = new ArrayList<>();
        int bytes = 0;
        while (!waiting.isEmpty() && plain.size() + keyed.size() < mostMessages && bytes < MOST_BYTES) {
            Post post = waiting.remove();
            if (!post.answered()) {
                (post.key().isPresent() ? keyed : plain).add(post);
                bytes += post.encoded().length;
            }
        }
        oldestSince = System.nanoTime();
        List<Part> parts = new ArrayList<>();
        if (!plain.isEmpty()) {
            parts.add(part(plain, Optional.empty()));
        }
        keyed.forEach(post -> parts.add(part(List.of(post), post.key())));
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        Crowd crowd = new Crowd(parts, plain.size() + keyed.size());
        underWay.add(crowd);
        postsUnderWay += crowd.posts();
        usual += follow * (postsUnderWay + waiting.size() - usual);
        return Optional.of(crowd);
    }

    private Part part(List<Post> posts, Optional<String> key) {
        UUID id = ids.next();
        return new Part(Batch.of(id, posts.stream().map(Post::encoded).toList()), posts, key);
    }

    /** To be called when a crowd has been answered: its place is free for the {@link #next} one. */
    void done(Crowd crowd) {
        lock.lock();
        try {
            underWay.removeIf(other -> other == crowd);
            postsUnderWay -= crowd.posts();
            lastDone = System.nanoTime();
            if (crowd() > 1) {
                ready.signal(); // one waits for those who were answered
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether posts are here, or were a moment ago. */
    boolean posting() {
        lock.lock();
        try {
            return !waiting.isEmpty() || !underWay.isEmpty() || System.nanoTime() - lastDone < RECENT.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Answers those whose time is over, wherever they are. */
    void refuseOverdue() {
        List<Post> overdue = new ArrayList<>();
        lock.lock();
        try {
            waiting.forEach(post -> addIfOverdue(post, overdue));
            underWay.forEach(crowd ->
                    crowd.parts().forEach(part -> part.posts().forEach(post -> addIfOverdue(post, overdue))));
        } finally {
            lock.unlock();
        }
        overdue.forEach(post -> post.answer()
                .completeExceptionally(Refusal.unknown("keeping the message took too long; it may or may not appear")));
    }

    private static void addIfOverdue(Post post, List<Post> overdue) {
        if (!post.answered() && post.deadline().passed()) {
            overdue.add(post);
        }
    }

    void open() {
        lock.lock();
        try {
            closed = false;
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing is taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            ready.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
