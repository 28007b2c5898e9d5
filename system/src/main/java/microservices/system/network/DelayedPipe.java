package microservices.system.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One direction of a connection through {@link DelayRelay}: one thread reads pieces and says when each is due, a second
 * one writes them then, in their order. At most a mebibyte is on the way; until there is room, nothing more is read.
 */
final class DelayedPipe {

    private static final long LEAST_MILLIS = 50;
    private static final long MOST_MILLIS = 150;
    private static final int MOST_BYTES = 16 * 1024;
    /** In bytes and not in pieces: a link that is slow takes many small pieces at once, like any other. */
    private static final int MOST_ON_THE_WAY = 1024 * 1024;

    private enum Kind {
        DATA,
        END,
        RESET
    }

    private record Piece(Kind kind, byte[] bytes, long due) {}

    private final Socket from;
    private final Socket to;
    private final AtomicInteger directionsLeft;
    private final Semaphore room = new Semaphore(MOST_ON_THE_WAY);
    /** Bounded by the room. */
    private final BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>();

    private DelayedPipe(Socket from, Socket to, AtomicInteger directionsLeft) {
        this.from = from;
        this.to = to;
        this.directionsLeft = directionsLeft;
    }

    /** Passes on what either sends to the other one until both have ended, or one is reset: then the other is, too. */
    static void startBetween(Socket one, Socket other) throws IOException {
        one.setTcpNoDelay(true);
        other.setTcpNoDelay(true);
        AtomicInteger directionsLeft = new AtomicInteger(2);
        new DelayedPipe(one, other, directionsLeft).start();
        new DelayedPipe(other, one, directionsLeft).start();
    }

    private void start() {
        new Thread(this::read, "read " + from).start();
        new Thread(this::write, "write " + to).start();
    }

    private void read() {
        byte[] buffer = new byte[MOST_BYTES];
        long due = System.nanoTime();
        Kind end = Kind.END;
        try {
            InputStream in = from.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                due = dueAfter(due);
                room.acquire(read);
                onTheWay.put(new Piece(Kind.DATA, Arrays.copyOf(buffer, read), due));
            }
        } catch (IOException e) {
            end = Kind.RESET;
        } catch (InterruptedException e) {
            return; // nobody does that
        }
        try {
            onTheWay.put(new Piece(end, new byte[0], dueAfter(due)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** When what has just been read is due: not before what was read before. */
    private static long dueAfter(long earlier) {
        long delay = ThreadLocalRandom.current()
                .nextLong(TimeUnit.MILLISECONDS.toNanos(LEAST_MILLIS), TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS));
        long due = System.nanoTime() + delay;
        return due - earlier < 0 ? earlier : due;
    }

    private void write() {
        try {
            Piece piece = onTheWay.take();
            for (; piece.kind() == Kind.DATA; piece = onTheWay.take()) {
                TimeUnit.NANOSECONDS.sleep(piece.due() - System.nanoTime());
                pass(piece.bytes());
                room.release(piece.bytes().length);
            }
            TimeUnit.NANOSECONDS.sleep(piece.due() - System.nanoTime());
            if (piece.kind() == Kind.RESET) {
                reset(from);
                reset(to);
            } else if (!to.isClosed()) {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            reset(from);
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (directionsLeft.decrementAndGet() == 0) {
            close(from);
            close(to);
        }
    }

    /** Writes, or if nobody takes it any more, breaks the connection: the reader then ends, and with it this loop. */
    private void pass(byte[] bytes) {
        try {
            OutputStream out = to.getOutputStream();
            out.write(bytes);
        } catch (IOException e) {
            reset(from);
            reset(to);
        }
    }

    /** Closes a connection in such a way that the other side sees it broken. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // it is closed already
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
