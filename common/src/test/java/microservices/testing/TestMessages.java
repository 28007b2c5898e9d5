package microservices.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import microservices.message.Attempt;
import microservices.message.Message;
import microservices.message.MessageIds;
import microservices.queue.MessageQueue;

/** Makes messages as the facade does. */
public final class TestMessages {

    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final MessageIds IDS = new MessageIds();

    private TestMessages() {}

    /** One batch of messages, in the order of acceptance, with the texts {@code prefix0}, {@code prefix1}… */
    public static List<Message> batch(String prefix, int count) {
        long batch = IDS.nextBatch();
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(new Message(IDS.next(batch), prefix + i));
        }
        return messages;
    }

    /** Several batches, which lie in several partitions. */
    public static List<Message> batches(int batches, int each) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            messages.addAll(batch("batch" + i + "-", each));
        }
        return messages;
    }

    /** Keeps messages in the ledger and offers them, as a facade does. */
    public static void offer(MessageQueue queue, List<Message> messages) {
        queue.register(messages, PATIENCE);
        queue.offer(ids(messages));
    }

    /** Attempts to have them kept that will not be repeated. */
    public static List<Attempt> attempts(List<Message> messages) {
        return messages.stream()
                .map(message -> new Attempt(message, Optional.empty()))
                .toList();
    }

    /** A first or further attempt to have a text kept: a new id, and the key. */
    public static Attempt attempt(String text, String key) {
        return new Attempt(new Message(IDS.next(IDS.nextBatch()), text), Optional.of(key));
    }

    public static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    public static List<String> texts(List<Message> messages) {
        return messages.stream().map(Message::text).toList();
    }
}
