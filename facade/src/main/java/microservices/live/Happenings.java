package microservices.live;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** What has happened lately, numbered. When there is too much, the oldest batches go first. Thread-safe. */
final class Happenings {

    private static final int MOST = 400;
    private static final int MOST_TEXTS = 1000;

    private record Numbered(long number, Happening happening) {}

    /** Guarded by this: the oldest first. */
    private final Deque<Numbered> numbered = new ArrayDeque<>();

    /** Guarded by this: of how many messages there are texts. */
    private int texts;

    private long last;

    /** Adds what has happened at about the same time, in its order by the clocks of those who tell it. */
    synchronized void add(List<Happening> happenings) {
        happenings.stream()
                .sorted(Comparator.comparingLong(Happening::atMillis))
                .forEach(one -> {
                    numbered.add(new Numbered(++last, one));
                    texts += one.texts();
                });
        forget();
    }

    private void forget() {
        Iterator<Numbered> oldest = numbered.iterator();
        while ((numbered.size() > MOST || texts > MOST_TEXTS) && oldest.hasNext()) {
            Happening one = oldest.next().happening();
            if (one.batch() != null) {
                oldest.remove();
                texts -= one.texts();
            }
        }
        while (numbered.size() > MOST) {
            numbered.remove();
        }
    }

    /** Writes the number of the last one, and those after a number. */
    synchronized void write(long after, JsonGenerator json) throws IOException {
        json.writeNumberField("next", last);
        json.writeArrayFieldStart("events");
        for (Numbered one : numbered) {
            if (one.number() > after) {
                one.happening().write(one.number(), json);
            }
        }
        json.writeEndArray();
    }
}
