package microservices.logging;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import microservices.http.ByteBudget;

/** The ids of all messages at one moment, in the order of acceptance, 16 bytes each; shared by several readings. */
final class LogIds {

    static final int BYTES_EACH = 2 * Long.BYTES;

    /** The order of ids as text. */
    private static final Comparator<UUID> BY_ACCEPTANCE = (a, b) -> {
        int time = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return time != 0 ? time : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

    private final long[] halves;
    private final long begun;
    private final ByteBudget.Share share;

    /** Guarded by this: how many use it. */
    private int users = 1;

    /**
     * In use by whoever makes it.
     *
     * @param begun when (nanoTime) the gathering of these began
     * @param share what they take, given back when nobody uses them any more
     */
    LogIds(List<UUID> ids, long begun, ByteBudget.Share share) {
        UUID[] sorted = ids.toArray(UUID[]::new);
        Arrays.sort(sorted, BY_ACCEPTANCE);
        this.halves = new long[2 * sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            halves[2 * i] = sorted[i].getMostSignificantBits();
            halves[2 * i + 1] = sorted[i].getLeastSignificantBits();
        }
        this.begun = begun;
        this.share = share;
    }

    int size() {
        return halves.length / 2;
    }

    /** The index of the first id after that one. */
    int after(UUID id) {
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (BY_ACCEPTANCE.compare(uuid(middle), id) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private UUID uuid(int index) {
        return new UUID(halves[2 * index], halves[2 * index + 1]);
    }

    String get(int index) {
        return uuid(index).toString();
    }

    /** Whether the gathering began after that moment (nanoTime), so that all that was acknowledged then is in it. */
    boolean begunAfter(long moment) {
        return begun - moment >= 0;
    }

    synchronized LogIds use() {
        users++;
        return this;
    }

    synchronized void letGo() {
        if (--users == 0) {
            share.close();
        }
    }
}
