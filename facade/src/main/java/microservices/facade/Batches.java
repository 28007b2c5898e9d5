package microservices.facade;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import microservices.concurrent.Deadline;
import microservices.concurrent.Worker;
import microservices.facade.Gathering.Crowd;
import microservices.facade.Gathering.Part;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps posts together that arrive together. No request has a thread here: a few workers take one crowd of posts at a
 * time and have it kept, and the thread that reads from its clients completes their requests in a loop.
 */
final class Batches implements AutoCloseable {

    /** What is done with the batches of a crowd. */
    interface Step {
        /**
         * Keeps all of them.
         *
         * @return for each, in order, the id under which it is kept; empty if its key belongs to another text
         * @throws Refusal if they are not known to be kept
         */
        List<Optional<UUID>> keep(List<Part> parts);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

    private static final int UNDER_WAY = 4;
    /** Below the 10 s within which a client has its answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private static final Duration CHECK = Duration.ofMillis(100);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final Step step;
    private final Duration patience;
    private final Gathering gathering;
    private final List<Worker> workers = new ArrayList<>();

    /** @param queueCapacity how many messages a batch may have at most */
    Batches(Step step, int queueCapacity) {
        this(step, queueCapacity, PATIENCE);
    }

    Batches(Step step, int queueCapacity, Duration patience) {
        this.step = step;
        this.patience = patience;
        this.gathering = new Gathering(new BatchIds(), queueCapacity);
        for (int i = 1; i <= UNDER_WAY; i++) {
            workers.add(new Worker("batch-" + i, this::keepNext, Duration.ZERO, STOP));
        }
        workers.add(new Worker("batch-patience", this::refuseOverdue, CHECK, STOP));
    }

    void start() {
        gathering.open();
        workers.forEach(Worker::start);
    }

    /**
     * Keeps one message, together with others that come at the same time.
     *
     * @param encoded the text as a JSON string
     * @param key with it the message is kept once, however often it is sent
     * @param executor completes it together with others; it must not wait. A lone message does not need it
     * @return completed within 9 seconds with the message's id: the promise of a 201 holds; or with a {@link Refusal}:
     *     503 if it is not known to be kept, 409 if the key belongs to another text
     * @throws Refusal 503 if too many are waiting
     */
    CompletableFuture<UUID> keep(byte[] encoded, Optional<String> key, Executor executor) {
        Post post = new Post(encoded, key, Deadline.in(patience), new CompletableFuture<>(), executor);
        gathering.add(post);
        return post.answer();
    }

    /** Whether messages are being posted, or were a moment ago. */
    boolean posting() {
        return gathering.posting();
    }

    private Duration keepNext() throws InterruptedException {
        Optional<Crowd> crowd = gathering.next();
        crowd.ifPresent(posts -> answer(posts, keep(posts.parts())));
        return crowd.isPresent() ? Duration.ZERO : Worker.UNTIL_WOKEN; // none once it is closed
    }

    /** What answers the posts, by where that is to run. */
    private Map<Executor, List<Runnable>> keep(List<Part> parts) {
        Map<Executor, List<Runnable>> answers = new HashMap<>();
        try {
            List<Optional<UUID>> kept = step.keep(parts);
            for (int i = 0; i < parts.size(); i++) {
                Optional<UUID> batch = kept.get(i);
                addAnswers(parts.get(i), (post, place) -> answer(post, batch, place), answers);
            }
        } catch (RuntimeException e) {
            if (!(e instanceof Refusal)) {
                LOG.error("Keeping {} failed", parts.get(0).batch(), e);
            }
            parts.forEach(
                    part -> addAnswers(part, (post, place) -> post.answer().completeExceptionally(e), answers));
        }
        return answers;
    }

    private static void addAnswers(Part part, ObjIntConsumer<Post> answering, Map<Executor, List<Runnable>> answers) {
        for (int i = 0; i < part.posts().size(); i++) {
            Post post = part.posts().get(i);
            int place = i;
            answers.computeIfAbsent(post.executor(), executor -> new ArrayList<>())
                    .add(() -> answering.accept(post, place));
        }
    }

    private static void answer(Post post, Optional<UUID> batch, int place) {
        if (batch.isPresent()) {
            post.answer().complete(BatchIds.message(batch.get(), place));
        } else {
            post.answer()
                    .completeExceptionally(Refusal.conflict(
                            "this Idempotency-Key was sent with another text; send this one with a key of its own"));
        }
    }

    private void answer(Crowd crowd, Map<Executor, List<Runnable>> answers) {
        AtomicInteger left = new AtomicInteger(answers.size());
        answers.forEach((executor, some) -> {
            Runnable all = () -> {
                try {
                    some.forEach(Runnable::run);
                } finally {
                    if (left.decrementAndGet() == 0) {
                        gathering.done(crowd);
                    }
                }
            };
            if (crowd.posts() == 1) {
                all.run(); // nobody is woken for it
            } else {
                executor.execute(all);
            }
        });
    }

    private Duration refuseOverdue() {
        gathering.goOn();
        gathering.refuseOverdue();
        return CHECK;
    }

    /** Takes no more posts, and ends the threads. */
    @Override
    public void close() {
        gathering.close();
        workers.forEach(Worker::close);
    }
}
