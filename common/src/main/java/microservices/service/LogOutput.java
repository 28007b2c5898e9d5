package microservices.service;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where log lines go: standard output, in UTF-8. Where {@code RUN_LOG} names the file that this is, as {@code ./run} does,
 * it is kept bounded. The lines of a batch are written at once ({@link #atOnce}): each line by itself costs a call of the
 * system or two, which is a twentieth of what a message costs.
 */
public final class LogOutput {

    private static final ThreadLocal<ByteArrayOutputStream> HELD = new ThreadLocal<>();

    /** Of a log's file and of the older one beside it, in bytes. */
    private static final long FILE_LIMIT = 16 << 20;

    private static final OutputStream OUT = out();

    private LogOutput() {}

    /**
     * Call it before the first logger is made: slf4j-simple reads its configuration once.
     *
     * @param level of our own log lines; the libraries' levels stand in simplelogger.properties
     */
    public static void begin(String level) {
        Locale.setDefault(Locale.ROOT); // else the times are written in the digits of the user's language
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
        System.setOut(new PrintStream(new Held(), false, StandardCharsets.UTF_8));
        if (OUT instanceof RotatedLog) { // it has the same file
            System.setErr(new PrintStream(OUT, false, StandardCharsets.UTF_8));
        }
    }

    private static OutputStream out() {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        String file = System.getenv("RUN_LOG");
        return file == null ? out : new RotatedLog(out, Path.of(file), FILE_LIMIT).open();
    }

    /** Has what this thread logs meanwhile written in one piece. */
    public static void atOnce(Runnable lines) {
        ByteArrayOutputStream held = new ByteArrayOutputStream(1024);
        HELD.set(held);
        try {
            lines.run();
        } finally {
            HELD.remove();
            write(held);
        }
    }

    private static void write(ByteArrayOutputStream held) {
        if (held.size() > 0) {
            try {
                OUT.write(held.toByteArray());
            } catch (IOException e) {
                // as PrintStream does: nobody reads the log any more, and the service goes on
            }
        }
    }

    /** What the thread that writes holds back, or else the output itself. */
    private static final class Held extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteArrayOutputStream held = HELD.get();
            (held == null ? OUT : held).write(bytes, offset, length);
        }
    }
}
