package microservices.system.load;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One connection of HTTP/1.1, for one thread: a request is written at once and its answer read on the same thread. That
 * costs a small part of what the JDK's client costs; many clients share the machine with the system that they load.
 */
final class HttpConnection implements Closeable {

    /** A server that closes idle connections does so later than this. */
    private static final long USABLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int LONGEST_LINE = 64 * 1024;

    /** What came back: the status, the headers by their names in lower case, and the whole body. */
    record Response(int status, Map<String, String> headers, byte[] body) {}

    private final SocketChannel channel;
    private final byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;
    private long lastUsed;
    private boolean lastAnswer;

    private HttpConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static HttpConnection open(InetSocketAddress address, Duration patience) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(address, (int) patience.toMillis());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        HttpConnection connection = new HttpConnection(channel);
        connection.lastUsed = System.nanoTime();
        return connection;
    }

    /** Whether another request may be sent: nobody has closed it, and it was used a moment ago. */
    boolean isUsable() {
        if (lastAnswer || position < limit || System.nanoTime() - lastUsed > USABLE_NANOS) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            int read = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return read == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Sends a request and reads the whole answer. After an exception the connection is of no more use.
     *
     * @param deadline in the time of {@link System#nanoTime}
     */
    Response exchange(byte[] request, long deadline) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        String statusLine = line(deadline);
        String[] parts = statusLine.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[0-9]{3}")) {
            throw new IOException("no status line: " + statusLine);
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(deadline); !line.isEmpty(); line = line(deadline)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        byte[] body = body(headers, deadline);
        lastAnswer |= headers.getOrDefault("connection", "").equalsIgnoreCase("close");
        lastUsed = System.nanoTime();
        return new Response(Integer.parseInt(parts[1]), headers, body);
    }

    private byte[] body(Map<String, String> headers, long deadline) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks(deadline);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String length = headers.get("content-length");
        if (length != null) {
            copy(Integer.parseInt(length), body, deadline);
        } else {
            lastAnswer = true; // its body ends with the connection
            while (position < limit || fill(deadline)) {
                copy(limit - position, body, deadline);
            }
        }
        return body.toByteArray();
    }

    private byte[] chunks(long deadline) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(line(deadline).split(";")[0].strip(), 16);
            if (length == 0) {
                while (!line(deadline).isEmpty()) {
                    // a trailer says nothing to us
                }
                return body.toByteArray();
            }
            copy(length, body, deadline);
            line(deadline);
        }
    }

    private void copy(int length, ByteArrayOutputStream to, long deadline) throws IOException {
        for (int left = length; left > 0; ) {
            need(deadline);
            int some = Math.min(left, limit - position);
            to.write(buffer, position, some);
            position += some;
            left -= some;
        }
    }

    private String line(long deadline) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            need(deadline);
            int start = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.append(new String(buffer, start, position - start, StandardCharsets.ISO_8859_1));
            if (position < limit) {
                position++;
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
            if (line.length() > LONGEST_LINE) {
                throw new IOException("a line without an end");
            }
        }
    }

    private void need(long deadline) throws IOException {
        if (position == limit && !fill(deadline)) {
            throw new EOFException("the answer was cut short");
        }
    }

    /** Reads what has come, or waits for it; false at the end of the connection. */
    private boolean fill(long deadline) throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new SocketTimeoutException("no whole answer in time");
        }
        channel.socket().setSoTimeout((int) left + 1); // not a part of a millisecond too early
        InputStream in = channel.socket().getInputStream();
        int read = in.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(read, 0);
        return read >= 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
