package microservices.logging;

import com.hazelcast.map.IMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import microservices.cluster.ClusterCall;
import microservices.message.Message;
import microservices.message.Refusal;

/** The texts of all messages in the order of acceptance, fetched a few at a time. To be read once, by one thread. */
final class LogReading implements Iterable<String>, AutoCloseable {

    /** How much text is fetched at once, about: the next messages are taken to be as long as those before them. */
    private static final int CHARS_AT_ONCE = 256 * 1024;
    /** How many messages at most, however short those before were: long ones that follow take 8 MiB, and no more. */
    private static final int MOST_AT_ONCE = 128;

    private static final int FIRST_AT_ONCE = 8;
    /** How many messages make a page of {@link #after}, and how many of them are fetched at once. */
    private static final int PAGE = 480;

    private static final int PAGE_AT_ONCE = 32;

    private final IMap<String, String> log;
    private final LogIds ids;
    private final Deque<String> fetched = new ArrayDeque<>();

    private int next;
    private int atOnce = FIRST_AT_ONCE;

    /**
     * Fetches the first texts.
     *
     * @param ids of all messages; let go when this is closed
     * @throws Refusal 503 if they cannot be read
     */
    LogReading(IMap<String, String> log, LogIds ids) {
        this.log = log;
        this.ids = ids;
        fetch();
    }

    private void fetch() {
        List<String> keys = new ArrayList<>();
        int end = Math.min(ids.size(), next + atOnce);
        for (int i = next; i < end; i++) {
            keys.add(ids.get(i));
        }
        if (keys.isEmpty()) {
            return;
        }
        long chars = 0;
        for (Message message : messages(keys)) {
            fetched.add(message.text());
            chars += message.text().length();
        }
        long fitting = CHARS_AT_ONCE * (long) keys.size() / Math.max(1, chars);
        atOnce = (int) Math.max(1, Math.min(fitting, Math.min(2L * atOnce, MOST_AT_ONCE)));
        next = end;
    }

    private List<Message> messages(List<String> keys) {
        Map<String, String> texts = ClusterCall.call(() -> log.getAll(new HashSet<>(keys)), "reading the log");
        List<Message> messages = new ArrayList<>();
        for (String key : keys) {
            String text = texts.get(key);
            if (text == null) {
                throw Refusal.unavailable("the log has just lost " + key + "; send the request again");
            }
            messages.add(new Message(key, text));
        }
        return messages;
    }

    /**
     * The messages after that one, but no more than fit into some requests' memory; none if it was the last.
     *
     * @throws Refusal 503 if they cannot be read
     */
    List<Message> after(UUID id) {
        List<Message> page = new ArrayList<>();
        long chars = 0;
        for (int from = ids.after(id); from < ids.size() && page.size() < PAGE && chars < CHARS_AT_ONCE; ) {
            List<String> keys = new ArrayList<>();
            for (int end = Math.min(ids.size(), from + PAGE_AT_ONCE); from < end; from++) {
                keys.add(ids.get(from));
            }
            for (Message message : messages(keys)) {
                page.add(message);
                chars += message.text().length();
            }
        }
        return page;
    }

    @Override
    public Iterator<String> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !fetched.isEmpty() || next < ids.size();
            }

            @Override
            public String next() {
                if (fetched.isEmpty()) {
                    fetch();
                }
                if (fetched.isEmpty()) {
                    throw new NoSuchElementException();
                }
                return fetched.remove();
            }
        };
    }

    @Override
    public void close() {
        ids.letGo();
    }
}
