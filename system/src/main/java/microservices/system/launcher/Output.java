package microservices.system.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Standard output, in UTF-8 whatever the locale says. Tells when nobody reads it any more. */
final class Output {

    private static final Path PIPE = Path.of("/proc/self/fd/1");

    /** To open a pipe for writing takes no time while it has a reader, and for ever if it has none. */
    private static final long NOBODY_MILLIS = 1_000;

    private Output() {}

    static PrintStream standard() {
        return utf8(FileDescriptor.out);
    }

    static PrintStream error() {
        return utf8(FileDescriptor.err);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /**
     * Whether standard output has lost its reader, also if there was nothing to write since. Where there is no
     * {@code /proc}, that is noticed with the next line only.
     */
    static boolean isRead(PrintStream out) throws InterruptedException {
        if (out.checkError()) {
            return false;
        }
        if (!isPipe()) {
            return true;
        }
        CompletableFuture<Void> opened = new CompletableFuture<>();
        Thread opening = new Thread(
                () -> {
                    try {
                        Files.newByteChannel(PIPE, StandardOpenOption.WRITE).close();
                    } catch (IOException e) {
                        // It is there and not ours to open; then the next line tells.
                    }
                    opened.complete(null);
                },
                "output");
        opening.setDaemon(true);
        opening.start();
        try {
            opened.get(NOBODY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isPipe() {
        try {
            return Files.readSymbolicLink(PIPE).toString().startsWith("pipe:");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** A failure of reading or writing files, in one line. */
    static String line(IOException e) {
        if (!(e instanceof FileSystemException failure)) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
        String reason = failure instanceof FileAlreadyExistsException
                ? "a file of that name is in the way"
                : failure.getReason();
        if (reason == null) { // the kind of the failure then says it: AccessDeniedException
            reason = failure.getClass()
                    .getSimpleName()
                    .replace("Exception", "")
                    .replaceAll("(?<=.)([A-Z])", " $1")
                    .toLowerCase(Locale.ROOT);
        }
        return "Cannot use " + failure.getFile() + ": " + reason;
    }
}
