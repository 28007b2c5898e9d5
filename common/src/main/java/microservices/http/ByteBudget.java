package microservices.http;

import microservices.message.Refusal;

/**
 * Bounds how many bytes are held at once for one purpose. What asks for more than is left is refused at once; one alone
 * is always served, however small the heap is.
 */
public final class ByteBudget {

    /** Bytes that are held until it is closed; closing it twice does no harm. */
    public final class Share implements AutoCloseable {
        /** Guarded by the budget. */
        private long held;

        private boolean closed;

        /**
         * Takes that many bytes more; none after it was closed.
         *
         * @throws Refusal 503 if they are not left
         */
        public void add(long bytes) {
            synchronized (ByteBudget.this) {
                if (closed) {
                    return;
                }
                if (used > held && bytes > most - used) {
                    throw Refusal.notNow("the " + what + " under way take all the memory that there is for them;"
                            + " send the request again a little later");
                }
                used += bytes;
                held += bytes;
            }
        }

        @Override
        public void close() {
            synchronized (ByteBudget.this) {
                used -= held;
                held = 0;
                closed = true;
            }
        }
    }

    private final String what;
    private final long most;

    /** Guarded by this. */
    private long used;

    /**
     * @param what what is held, for the error: {@code "bodies"}
     * @param most how many bytes together
     */
    public ByteBudget(String what, long most) {
        this.what = what;
        this.most = most;
    }

    /** One part in so many of the heap that this JVM may have at most. */
    public static ByteBudget ofHeap(String what, int part) {
        return new ByteBudget(what, Runtime.getRuntime().maxMemory() / part);
    }

    /**
     * Takes that many bytes, to be given back by closing the share.
     *
     * @throws Refusal 503 if they are not left
     */
    public Share take(long bytes) {
        Share share = new Share();
        share.add(bytes);
        return share;
    }

    /** How many bytes there are together. */
    public long most() {
        return most;
    }

    synchronized long used() {
        return used;
    }
}
