package microservices.common;

import java.util.ArrayList;
import java.util.List;

/** Makes messages as the facade does. */
public final class TestMessages {

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

    public static List<String> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }

    public static List<String> texts(List<Message> messages) {
        return messages.stream().map(Message::text).toList();
    }
}
