package microservices.facade;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import microservices.concurrent.Worker;
import microservices.facade.Gathering.Part;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;

/**
 * When a facade starts, an empty batch goes the way of a message, until it is kept: through the log, the ledger and the
 * queue into a list, where nobody sees it. So a facade that says it is healthy has just kept a batch, and the first
 * message finds everything loaded, in all processes. Runs on a thread of its own.
 */
final class FirstBatch implements AutoCloseable {

    /** How often it goes the way: the first messages of a system take longest. */
    private static final int TIMES = 5;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final Batches.Step step;
    private final Part part = new Part(Batch.of(new BatchIds().next(), List.of()), List.of(), Optional.empty());
    private final Worker worker = new Worker("first-batch", this::send, PAUSE_AFTER_FAILURE, STOP);

    private volatile List<String> missing = List.of("no batch has been kept yet");

    /** @param step keeps batches */
    FirstBatch(Batches.Step step) {
        this.step = step;
    }

    /** To be called once the member has started. */
    void start() {
        worker.start();
    }

    /** What health says is missing: nothing, once a batch has been kept. */
    List<String> missing() {
        return missing;
    }

    private Duration send() {
        try {
            for (int i = 0; i < TIMES; i++) {
                step.keep(List.of(part));
            }
            missing = List.of();
            return Worker.UNTIL_WOKEN;
        } catch (Refusal e) {
            missing = List.of("no batch has been kept yet: " + e.getMessage());
            return PAUSE_AFTER_FAILURE;
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
