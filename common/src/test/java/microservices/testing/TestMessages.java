package microservices.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.JsonText;
import microservices.message.KeyedBatch;
import microservices.message.Message;
import microservices.queue.MessageQueue;

/** Makes batches as the facade does. */
public final class TestMessages {

    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final BatchIds IDS = new BatchIds();

    private TestMessages() {}

    /** A batch with the texts {@code prefix0}, {@code prefix1}… */
    public static Batch batch(String prefix, int messages) {
        return of(IntStream.range(0, messages).mapToObj(i -> prefix + i).toList());
    }

    /** A batch of one. */
    public static Batch of(String text) {
        return of(List.of(text));
    }

    private static Batch of(List<String> texts) {
        return Batch.of(IDS.next(), texts.stream().map(JsonText::encode).toList());
    }

    /** Several batches, which lie in several partitions. */
    public static List<Batch> batches(int batches, int each) {
        return IntStream.range(0, batches)
                .mapToObj(i -> batch("batch" + i + "-", each))
                .toList();
    }

    /** A first or further attempt to have a text kept: a new id, and the key. */
    public static KeyedBatch attempt(String text, String key) {
        return new KeyedBatch(of(text), Optional.of(key));
    }

    /** Attempts to have batches kept that will not be repeated. */
    public static List<KeyedBatch> withoutKeys(List<Batch> batches) {
        return batches.stream()
                .map(batch -> new KeyedBatch(batch, Optional.empty()))
                .toList();
    }

    /** Keeps batches in the ledger, and offers them, as a facade does. */
    public static void offer(Ledger ledger, MessageQueue queue, List<Batch> batches) {
        ledger.register(batches, Deadline.in(PATIENCE));
        queue.offer(ids(batches));
    }

    /** The ids of batches. */
    public static List<UUID> ids(Collection<Batch> batches) {
        return batches.stream().map(Batch::id).toList();
    }

    /** The texts of batches, in order. */
    public static List<String> texts(Collection<Batch> batches) {
        List<String> texts = new ArrayList<>();
        batches.forEach(batch -> batch.messages().stream().map(Message::text).forEach(texts::add));
        return texts;
    }

    /** Offers what nobody has claimed once the queue is empty, as facades do. */
    public static void offerForgotten(Ledger ledger, MessageQueue queue) {
        List<UUID> waiting = ledger.waiting().sorted();
        if (!waiting.isEmpty() && queue.isEmpty()) {
            queue.offer(waiting);
        }
    }
}
