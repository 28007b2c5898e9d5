package microservices.facade;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import microservices.concurrent.Deadline;
import microservices.http.ByteBudget;
import microservices.message.Refusal;

/**
 * The beginning of an answer's body, which is read before the answer counts: if the replica fails in the middle of it,
 * another one is asked, and the client notices nothing. Usually that is all of the body.
 */
final class ReadAhead implements AutoCloseable {

    /** For longer than this nobody is kept waiting for the first byte; a slow replica need not be a failing one. */
    private static final Duration MOST_TIME = Duration.ofSeconds(1);

    private static final int PIECE_BYTES = 64 * 1024;

    private final List<byte[]> pieces = new ArrayList<>();
    private final InputStream body;
    private final ByteBudget.Share share;
    private boolean whole;

    private ReadAhead(InputStream body, ByteBudget.Share share) {
        this.body = body;
        this.share = share;
    }

    /**
     * Reads until the body ends, or its beginning is as long as it may be, or the memory or a second is over.
     *
     * @param body the body; its rest is read by {@link #transferTo}
     * @param most the most bytes to read
     * @param budget the memory for what is read ahead
     * @throws IOException if the body breaks off
     */
    static ReadAhead of(InputStream body, int most, ByteBudget budget) throws IOException {
        Deadline deadline = Deadline.in(MOST_TIME);
        ReadAhead ahead = new ReadAhead(body, budget.take(0));
        try {
            for (int left = most; left > 0 && !ahead.whole && !deadline.passed(); left -= PIECE_BYTES) {
                ahead.readPiece(Math.min(left, PIECE_BYTES));
            }
            return ahead;
        } catch (Refusal e) {
            return ahead; // there is no memory for more of it
        } catch (IOException e) {
            ahead.close();
            throw e;
        }
    }

    private void readPiece(int bytes) throws IOException {
        share.add(bytes);
        byte[] piece = new byte[bytes];
        int read = body.readNBytes(piece, 0, bytes); // straight into it; the other form reads 8 KiB at a time
        whole = read < bytes;
        pieces.add(whole ? Arrays.copyOf(piece, read) : piece);
    }

    /** Whether all of the body has been read. */
    boolean whole() {
        return whole;
    }

    /** How many bytes have been read. */
    int bytes() {
        return pieces.stream().mapToInt(piece -> piece.length).sum();
    }

    /** Writes the whole body; once. */
    void transferTo(OutputStream out) throws IOException {
        for (byte[] piece : pieces) {
            out.write(piece);
        }
        if (!whole) {
            body.transferTo(out);
        }
    }

    /**
     * The whole body; once.
     *
     * @throws IOException if it breaks off, or is longer than this many bytes
     */
    byte[] readAll(int most) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.write(piece);
        }
        if (!whole) {
            all.write(body.readNBytes(most + 1 - all.size()));
        }
        if (all.size() > most) {
            throw new IOException("the answer is longer than " + most + " bytes");
        }
        return all.toByteArray();
    }

    /** Gives back the memory. */
    @Override
    public void close() {
        share.close();
    }
}
