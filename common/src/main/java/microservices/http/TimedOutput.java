package microservices.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Measures how long a client has kept its writer waiting, a write that is still waiting included. */
final class TimedOutput extends OutputStream {

    private final OutputStream out;

    /** Guarded by this. */
    private long written;
    /** Guarded by this: in earlier writes. */
    private long waitedNanos;
    /** Guarded by this: since when (nanoTime) a write has been waiting; 0 if none is. */
    private long waitingSince;
    /** Guarded by this: how much had been written, and waited, when it was last seen to be fast enough. */
    private long writtenBefore;

    private long waitedBefore;

    TimedOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        begin();
        try {
            out.write(bytes, offset, length);
        } finally {
            end(length);
        }
    }

    @Override
    public void flush() throws IOException {
        begin();
        try {
            out.flush();
        } finally {
            end(0);
        }
    }

    private synchronized void begin() {
        waitingSince = System.nanoTime();
    }

    private synchronized void end(int length) {
        waitedNanos += System.nanoTime() - waitingSince;
        waitingSince = 0;
        written += length;
    }

    /**
     * Whether the client has kept its writer waiting for longer than this without taking so many bytes. Starts afresh
     * whenever it has taken them: so what the network's own buffers take at first is no credit for later.
     */
    synchronized boolean stuck(Duration patience, long bytes) {
        long waited = waitedNanos + (waitingSince == 0 ? 0 : System.nanoTime() - waitingSince);
        if (written - writtenBefore >= bytes) {
            writtenBefore = written;
            waitedBefore = waited;
        }
        return waited - waitedBefore > patience.toNanos();
    }
}
