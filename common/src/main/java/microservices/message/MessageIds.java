package microservices.message;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Gives out message ids: UUIDs of version 7 (RFC 9562, section 5.7), so that sorting by id is sorting by acceptance.
 *
 * <p>The random half of an id is drawn once for a batch and shared by its messages; the time half is never given out
 * twice by one instance. So an id also says which batch it came in, and {@link #batchOf} is what the maps partition
 * by: a batch is written to one partition, which makes its replication one operation instead of hundreds.
 */
public final class MessageIds {

    private static final int COUNTER_BITS = 12;
    /** Where the random half begins in the 36-character form. */
    private static final int BATCH_START = 19;

    private final Clock clock;
    private final Random random;

    /** Guarded by this: milliseconds since 1970 in the upper 52 bits, a counter within them in the lower 12. */
    private long last;

    public MessageIds() {
        this(Clock.systemUTC(), new SecureRandom());
    }

    MessageIds(Clock clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    /** The random half of the ids of one batch. */
    public long nextBatch() {
        return (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    }

    /** An id greater than all that this instance has given out before, also when the clock is set back. */
    public String next(long batch) {
        long time = nextTime();
        long upper = (time >>> COUNTER_BITS << 16) | 0x7000L | (time & 0xFFFL);
        return new UUID(upper, batch).toString();
    }

    private synchronized long nextTime() {
        last = Math.max(last + 1, clock.millis() << COUNTER_BITS);
        return last;
    }

    /** No greater than any id that was given out at that time or later, by the clock of who gave it out. */
    public static String from(Instant time) {
        return new UUID(time.toEpochMilli() << 16 | 0x7000L, 0x8000_0000_0000_0000L).toString();
    }

    /** The part that the ids of one batch have in common; the whole of anything that is not such an id. */
    public static String batchOf(String id) {
        return id.length() == 36 ? id.substring(BATCH_START) : id;
    }

    /** The texts of messages by id, for each batch that the ids are of. */
    public static List<Map<String, String>> textsByBatch(Iterable<Message> messages) {
        Map<String, Map<String, String>> batches = new HashMap<>();
        messages.forEach(message -> batches.computeIfAbsent(MessageIds.batchOf(message.id()), batch -> new HashMap<>())
                .put(message.id(), message.text()));
        return new ArrayList<>(batches.values());
    }

    /**
     * Returns the id if it has the form of a UUID, in lower case.
     *
     * @throws Refusal 400 if it has not
     */
    public static String check(String id) {
        if (isUuid(id)) {
            return id;
        }
        throw Refusal.badRequest("id is not a UUID; send 36 characters in lower case, as the facade makes them");
    }

    /** Whether it has the form of a UUID: 36 characters, in lower case. */
    public static boolean isUuid(String id) {
        try {
            return id.length() == 36 && UUID.fromString(id).toString().equals(id);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
