package microservices.system.launcher;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** Standard output, in UTF-8 whatever the locale says. Tells when nobody reads it any more. */
final class Output {

    /** How a process ends that was killed by SIGPIPE. */
    private static final int BROKEN_PIPE = 128 + 13;

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
     * Holds until nobody reads standard output any more. A JVM learns that only from the next line it writes, which may
     * never come; GNU tail is told by the system. Where there is another tail, the next line has to do.
     */
    static LogFollower.Condition isRead(PrintStream out) {
        Process reader = reader();
        return () -> !out.checkError() && (reader == null || reader.isAlive() || reader.exitValue() != BROKEN_PIPE);
    }

    private static Process reader() {
        String self = String.valueOf(ProcessHandle.current().pid());
        try {
            return new ProcessBuilder("tail", "-f", "--pid=" + self, "/dev/null") // ends with us
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return null;
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
