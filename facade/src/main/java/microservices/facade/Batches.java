package microservices.facade;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import microservices.message.Attempt;
import microservices.message.Message;
import microservices.message.MessageIds;
import microservices.message.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the posts that arrive while others are under way, and keeps them together: a lone message goes at once, a
 * crowd shares the cost of one exchange. A few threads, each with one batch at a time; what waits is bounded.
 */
final class Batches implements AutoCloseable {

    /** What is done with a batch. Returns when all of it is kept, or throws and nobody in it has a 201. */
    interface Step {
        /** For each attempt, in order, the id under which its message is kept; empty if its key has another text. */
        List<Optional<String>> keep(List<Attempt> attempts);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

    private static final int IN_FLIGHT = 4;
    private static final int MOST_MESSAGES = 500;
    /** Bounds what a batch is as JSON, where a character takes 6 bytes at most: 3.5 MiB, with one text to spare. */
    private static final int MOST_CHARS = 512 * 1024;

    private static final int MOST_WAITING = 2_000;
    /** Below the 10 s within which a client has its answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    /** One request's message. It is done when its request need not wait any more, for whatever reason. */
    private record Pending(String text, Optional<String> key, CompletableFuture<Message> outcome) {}

    private final Step step;
    private final MessageIds ids = new MessageIds();
    private final BlockingQueue<Pending> gathering = new ArrayBlockingQueue<>(MOST_WAITING);
    private final List<Thread> threads = new ArrayList<>();

    Batches(Step step) {
        this.step = step;
    }

    void start() {
        for (int i = 1; i <= IN_FLIGHT; i++) {
            Thread thread = new Thread(this::run, "batch-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    /**
     * Keeps one message, together with others that come at the same time. Blocks until it is kept.
     *
     * @param key the client's idempotency key, if it has sent one: with it the message is kept once, however often
     * @return the message with its id: the promise of a 201 holds
     * @throws Refusal 503 if it is not known to be kept within 9 seconds, or too many are waiting; 409 if the key
     *     belongs to another text
     */
    Message keep(String text, Optional<String> key) {
        Pending pending = new Pending(text, key, new CompletableFuture<>());
        if (!gathering.offer(pending)) {
            throw Refusal.unavailable("too many messages are waiting to be kept; send it again a little later");
        }
        try {
            return pending.outcome().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Refusal error ? error : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            pending.outcome().cancel(false);
            throw Refusal.unavailable("keeping the message took too long; it may or may not appear", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.unavailable("this replica is stopping; send the request to another one", e);
        }
    }

    private void run() {
        try {
            while (true) {
                keep(gather());
            }
        } catch (InterruptedException e) {
            LOG.debug("{} ends", Thread.currentThread().getName());
        }
    }

    /** Waits for a first message, and adds what else is there. */
    private List<Pending> gather() throws InterruptedException {
        List<Pending> batch = new ArrayList<>();
        int chars = 0;
        Pending next = gathering.take();
        while (next != null) {
            if (!next.outcome().isDone()) {
                batch.add(next);
                chars += next.text().length();
            }
            next = batch.size() < MOST_MESSAGES && chars < MOST_CHARS ? gathering.poll() : null;
        }
        return batch;
    }

    private void keep(List<Pending> batch) {
        long batchId = ids.nextBatch();
        List<Attempt> attempts = batch.stream()
                .map(pending -> new Attempt(new Message(ids.next(batchId), pending.text()), pending.key()))
                .toList();
        if (attempts.isEmpty()) {
            return;
        }
        try {
            List<Optional<String>> kept = step.keep(attempts);
            for (int i = 0; i < batch.size(); i++) {
                finish(batch.get(i), kept.get(i));
            }
        } catch (RuntimeException e) {
            if (!(e instanceof Refusal)) {
                LOG.error(
                        "Keeping {} messages from {} failed",
                        attempts.size(),
                        attempts.get(0).message().id(),
                        e);
            }
            batch.forEach(pending -> pending.outcome().completeExceptionally(e));
        }
    }

    private static void finish(Pending pending, Optional<String> id) {
        if (id.isPresent()) {
            pending.outcome().complete(new Message(id.get(), pending.text()));
        } else {
            pending.outcome()
                    .completeExceptionally(Refusal.conflict(
                            "this Idempotency-Key was sent with another text; send this one with a key of its own"));
        }
    }

    /** Ends the threads; to be called when no request waits any more. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
