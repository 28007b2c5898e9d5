package microservices.recent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import microservices.message.Batch;
import microservices.message.Message;
import microservices.recent.Recent.Event;
import microservices.recent.Recent.Kind;

/**
 * The last batches that a replica had to do with. Adding one costs a lock; what is told of them is worked out for those
 * who ask. Thread-safe.
 */
public final class RecentBatches {

    private static final int MOST_BATCHES = 200;
    /** A larger batch stays alone. */
    private static final int MOST_BYTES = 1024 * 1024;
    /** Of how many messages the texts are told at once. */
    static final int MOST_TEXTS = 100;

    private static final int LONGEST_TEXT = 80;

    /** @param number counts all that were added, from 1 */
    private record Entry(long number, Kind kind, long atMillis, Batch batch) {}

    private final UUID run = UUID.randomUUID();

    /** Guarded by this: the oldest first. */
    private final Deque<Entry> entries = new ArrayDeque<>();

    /** Guarded by this: how many bytes the texts of the entries have. */
    private long bytes;

    /** Guarded by this: how many entries and messages were added, those that were let go aside. */
    private long added;

    private long messages;

    /** Adds batches, in this order. */
    public synchronized void add(Kind kind, Collection<Batch> batches) {
        long now = System.currentTimeMillis();
        for (Batch batch : batches) {
            if (batch.size() > 0) {
                entries.add(new Entry(++added, kind, now, batch));
                bytes += batch.bytes();
                messages += kind == Kind.LET_GO ? 0 : batch.size();
            }
        }
        while (entries.size() > MOST_BATCHES || entries.size() > 1 && bytes > MOST_BYTES) {
            bytes -= entries.remove().batch().bytes();
        }
    }

    /**
     * What was added after an entry, and is still here.
     *
     * @param after the number of an entry; counts only if it is of this run
     * @param ofRun see {@link Recent#run}
     * @param missing what the replica is missing
     */
    Recent since(long after, UUID ofRun, String replica, List<String> missing) {
        List<Entry> later = new ArrayList<>();
        long last;
        long total;
        synchronized (this) {
            Iterator<Entry> newest = entries.descendingIterator();
            while (newest.hasNext()) {
                Entry entry = newest.next();
                if (ofRun.equals(run) && entry.number() <= after) {
                    break;
                }
                later.add(entry);
            }
            last = added;
            total = messages;
        }
        List<Event> events = new ArrayList<>();
        int left = MOST_TEXTS;
        for (Entry entry : later) {
            Event event = event(entry, left);
            left -= event.texts().size();
            events.add(event);
        }
        Collections.reverse(events);
        return new Recent(replica, run, total, missing, last, events);
    }

    /** With the texts of so many of its messages at most, the last ones. */
    private static Event event(Entry entry, int most) {
        Batch batch = entry.batch();
        int first = Math.max(0, batch.size() - most);
        List<String> texts = most == 0
                ? List.of()
                : batch.messages().stream()
                        .skip(first)
                        .map(Message::text)
                        .map(RecentBatches::cut)
                        .toList();
        return new Event(entry.kind(), entry.atMillis(), batch.id(), batch.size(), texts);
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_TEXT
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT - 1)) + "…";
    }
}
