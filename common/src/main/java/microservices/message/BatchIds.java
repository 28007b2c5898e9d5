package microservices.message;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Random;
import java.util.UUID;

/**
 * Gives out the ids of batches: UUIDs of version 7 (RFC 9562, section 5.7) whose time and counter ({@code rand_a}) are
 * together strictly greater than those of the batch before. The first 12 bits of {@code rand_b} are 0 in a batch's id,
 * and in the id of the message at place i they are i. So an id tells its batch and its place in it, and sorting by id is
 * sorting by acceptance.
 */
public final class BatchIds {

    /** How many bytes {@link #write} writes. */
    public static final int BYTES = 2 * Long.BYTES;

    /** The order of acceptance, which is also that of ids as text. */
    public static final Comparator<UUID> ORDER = (a, b) -> {
        int upper = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return upper != 0 ? upper : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

    /** No id that is given out is less. */
    public static final UUID FIRST = new UUID(0, 0);

    /** No id that is given out is greater. */
    public static final UUID LAST = new UUID(-1, -1);

    private static final int COUNTER_BITS = 12;
    private static final int PLACE_BITS = 12;
    /** Below the place there are the random bits of a batch. */
    private static final int RANDOM_BITS = 50;

    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final Clock clock;
    private final Random random;

    /** Guarded by this: milliseconds since 1970 in the upper 52 bits, a counter within them in the lower 12. */
    private long last;

    public BatchIds() {
        this(Clock.systemUTC(), new SecureRandom());
    }

    BatchIds(Clock clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    /** An id greater than all that this instance has given out before, also when the clock is set back. */
    public synchronized UUID next() {
        last = Math.max(last + 1, clock.millis() << COUNTER_BITS);
        long counter = last & ((1L << COUNTER_BITS) - 1);
        long upper = (last >>> COUNTER_BITS << 16) | VERSION_7 | counter;
        return new UUID(upper, VARIANT | (random.nextLong() & ((1L << RANDOM_BITS) - 1)));
    }

    /** The id just before one in their order, whether it is given out or not; not for {@link #FIRST}. */
    public static UUID before(UUID id) {
        long lower = id.getLeastSignificantBits();
        return new UUID(id.getMostSignificantBits() - (lower == 0 ? 1 : 0), lower - 1);
    }

    /** When a batch was accepted, by its facade's clock. */
    public static Instant time(UUID batch) {
        return Instant.ofEpochMilli(batch.getMostSignificantBits() >>> 16);
    }

    /**
     * The id of a message.
     *
     * @param place in its batch, 0 to 4095
     */
    public static UUID message(UUID batch, int place) {
        return place == 0
                ? batch
                : new UUID(
                        batch.getMostSignificantBits(),
                        batch.getLeastSignificantBits() + ((long) place << RANDOM_BITS));
    }

    /** The place of a message in its batch. */
    public static int placeOf(UUID message) {
        return (int) (message.getLeastSignificantBits() >>> RANDOM_BITS) & ((1 << PLACE_BITS) - 1);
    }

    /** Whether this may be an id that {@link #next} has given out. */
    public static boolean mayBeOurs(UUID id) {
        return (id.getMostSignificantBits() & 0xF000) == VERSION_7 && id.variant() == 2;
    }

    /** The id of the batch that a message is in. */
    public static UUID batchOf(UUID message) {
        long places = ((1L << PLACE_BITS) - 1) << RANDOM_BITS;
        return new UUID(message.getMostSignificantBits(), message.getLeastSignificantBits() & ~places);
    }

    /**
     * Reads an id in its 36-character form, in lower case.
     *
     * @throws Refusal 400 if it is none
     */
    public static UUID parse(String id) {
        try {
            UUID parsed = UUID.fromString(id);
            if (parsed.toString().equals(id)) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw Refusal.badRequest("id is not a UUID; send 36 characters in lower case, as the facade makes them");
    }

    public static void write(UUID id, DataOutput out) throws IOException {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
    }

    public static UUID read(DataInput in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }
}
