package microservices.system.bench;

import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Posts messages of 12 characters over a number of connections, from one thread that waits for all of them: what it costs
 * is small beside what it measures. Not thread-safe.
 */
final class PostLoad implements Closeable {

    /** Longer than any answer takes. */
    private static final Duration LAST_ANSWER = Duration.ofSeconds(12);

    private static final int LONGEST_ANSWER = 16 * 1024;
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final String BEGIN = "{\"msg\":\"";
    private static final String END = "\"}";

    private final InetSocketAddress door;
    private final Texts texts;
    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private final Deque<Connection> free = new ArrayDeque<>();

    private Run run;

    /**
     * What came of it.
     *
     * @param acknowledged answered 201 while it was measured
     * @param refused answered otherwise
     * @param broken not answered at all
     * @param latencies of the acknowledged ones, in nanoseconds
     * @param cpu what this thread took
     */
    record Outcome(int acknowledged, int refused, int broken, Histogram latencies, Duration took, Duration cpu) {

        double perSecond() {
            return acknowledged * 1e9 / took.toNanos();
        }

        double millis(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1e6;
        }
    }

    /** Opens the connections. */
    PostLoad(InetSocketAddress door, int count, Texts texts) throws IOException {
        this.door = door;
        this.texts = texts;
        for (int i = 0; i < count; i++) {
            Connection connection = new Connection();
            connections.add(connection);
            free.add(connection);
        }
    }

    /** Posts on each connection as soon as it has its answer. */
    Outcome asFastAsAnswered(Duration time) throws IOException {
        return measure(time, () -> {
            while (!free.isEmpty()) {
                free.poll().send(System.nanoTime());
            }
            return Long.MAX_VALUE;
        });
    }

    /** As fast as answered, until so many more are acknowledged, or nothing is for a second, or the time is up. */
    void untilAcknowledged(int count, Duration atMost) throws IOException {
        int goal = texts.acknowledged() + count;
        long end = System.nanoTime() + atMost.toNanos();
        boolean some = true;
        while (some && texts.acknowledged() < goal && System.nanoTime() - end < 0) {
            some = asFastAsAnswered(Duration.ofSeconds(1)).acknowledged() > 0;
        }
    }

    /**
     * Posts once.
     *
     * @return how long the answer took, in milliseconds
     */
    double one() throws IOException {
        run = new Run();
        free.poll().send(System.nanoTime());
        for (long late = System.nanoTime() + LAST_ANSWER.toNanos(); free.isEmpty() && System.nanoTime() < late; ) {
            await(late - System.nanoTime());
        }
        if (run.acknowledged == 0) {
            throw new IOException("the post was not acknowledged");
        }
        return run.latencies.getMaxValue() / 1e6;
    }

    /**
     * Posts at a fixed rate, whether answers come or not; beyond the connections a post waits for a free one. Latencies are
     * counted from when a post was due, so that one slow answer shows in all that had to wait for it.
     */
    Outcome atRate(double perSecond, Duration time) throws IOException {
        double gap = 1e9 / perSecond;
        long begin = System.nanoTime();
        long[] sent = {0};
        return measure(time, () -> {
            while (true) {
                long due = begin + (long) (sent[0] * gap);
                if (due > System.nanoTime()) {
                    return due;
                }
                if (free.isEmpty()) {
                    return Long.MAX_VALUE;
                }
                sent[0]++;
                free.poll().send(due);
            }
        });
    }

    /** Sends what is due, and says when the next one is (nanoTime). */
    private interface Sending {
        long sendDue() throws IOException;
    }

    private static final class Run {
        final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
        int acknowledged;
        int refused;
        int broken;
    }

    private Outcome measure(Duration time, Sending sending) throws IOException {
        run = new Run();
        long cpu = cpu();
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        while (System.nanoTime() < end) {
            long next = sending.sendDue();
            await(Math.min(next, end) - System.nanoTime());
        }
        Run measured = run;
        Outcome outcome = new Outcome(
                measured.acknowledged,
                measured.refused,
                measured.broken,
                measured.latencies,
                Duration.ofNanos(System.nanoTime() - begin),
                Duration.ofNanos(cpu() - cpu));
        run = new Run(); // what is answered from here on is kept, but not measured
        long late = System.nanoTime() + LAST_ANSWER.toNanos();
        while (free.size() < connections.size() && System.nanoTime() < late) {
            await(late - System.nanoTime());
        }
        for (Connection connection : connections) {
            if (!free.contains(connection)) {
                connection.breakOff();
            }
        }
        return outcome;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void await(long nanos) throws IOException {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        if (millis >= 1) {
            selector.select(millis);
        } else if (selector.selectNow() == 0 && nanos > 0) {
            LockSupport.parkNanos(Math.min(nanos, 50_000));
        }
        for (SelectionKey key : selector.selectedKeys()) {
            ((Connection) key.attachment()).read();
        }
        selector.selectedKeys().clear();
    }

    /** One connection, with one request under way at most. */
    private final class Connection {
        private final byte[] request;
        private final int textAt;
        private final ByteBuffer out;
        private final ByteBuffer in = ByteBuffer.allocate(LONGEST_ANSWER);
        private SocketChannel channel;
        private int text;
        private long due;

        Connection() throws IOException {
            int length = BEGIN.length() + Texts.LENGTH + END.length();
            String head = "POST / HTTP/1.1\r\nHost: " + door.getHostString() + "\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + length + "\r\n\r\n" + BEGIN;
            request = (head + "x".repeat(Texts.LENGTH) + END).getBytes(StandardCharsets.US_ASCII);
            textAt = head.length();
            out = ByteBuffer.allocateDirect(request.length);
            open();
        }

        private void open() throws IOException {
            channel = SocketChannel.open(door);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send(long when) throws IOException {
            due = when;
            text = texts.next();
            Texts.write(text, request, textAt);
            out.clear();
            out.put(request).flip();
            while (out.hasRemaining()) {
                channel.write(out); // there is room: the last answer has come
            }
        }

        void read() throws IOException {
            int read;
            try {
                read = channel.read(in);
            } catch (IOException e) {
                read = -1;
            }
            if (read < 0) {
                breakOff();
            } else if (isWhole()) {
                answered();
            }
        }

        private boolean isWhole() {
            int head = indexOf(END_OF_HEAD, in.position());
            if (head < 0) {
                return false;
            }
            int at = indexOf(LENGTH, head);
            int length = 0;
            for (int i = at + LENGTH.length; at >= 0 && in.get(i) != '\r'; i++) {
                length = in.get(i) == ' ' ? length : length * 10 + in.get(i) - '0';
            }
            return in.position() >= head + END_OF_HEAD.length + length;
        }

        /** Where these bytes begin, whatever the case of their letters; -1 if nowhere before that end. */
        private int indexOf(byte[] bytes, int end) {
            byte[] all = in.array();
            for (int i = 0; i <= end - bytes.length; i++) {
                int j = 0;
                while (j < bytes.length && (all[i + j] == bytes[j] || (all[i + j] | 0x20) == bytes[j])) {
                    j++;
                }
                if (j == bytes.length) {
                    return i;
                }
            }
            return -1;
        }

        private void answered() {
            int status = (in.get(9) - '0') * 100 + (in.get(10) - '0') * 10 + in.get(11) - '0';
            in.clear();
            if (status == 201) {
                texts.acknowledge(text);
                run.acknowledged++;
                run.latencies.recordValue(Math.max(0, System.nanoTime() - due));
            } else {
                texts.doubt(text);
                run.refused++;
            }
            free.add(this);
        }

        /** Begins anew; whether its message is kept nobody knows. */
        private void breakOff() throws IOException {
            if (!free.contains(this)) {
                texts.doubt(text);
                run.broken++;
                free.add(this);
            }
            channel.close();
            in.clear();
            open();
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }
}
