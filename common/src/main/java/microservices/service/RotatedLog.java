package microservices.service;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Standard output where it goes to a file: when that is long, what it holds is copied to an older file, in place of what
 * was there, and the file begins anew. So both together are bounded.
 *
 * <p>The file stays the same one, since the JVM's own last words (no memory, a crash) go there as well, past this class.
 * Its writer appends, and so goes on at the beginning of a file that was emptied. What Java code writes is never lost; a
 * word of the JVM itself only if it is said within the microseconds between the copy's end and the emptying.
 */
final class RotatedLog extends OutputStream {

    private static final int PIECE = 1 << 16;

    private final OutputStream out;
    private final Path file;
    private final Path older;
    private final Path copy;
    private final long limit;

    /** Guarded by this: of the file, in bytes. */
    private long length;

    /**
     * @param out appends to the file
     * @param limit of the file, in bytes; a single write may go beyond it
     */
    RotatedLog(OutputStream out, Path file, long limit) {
        this.out = out;
        this.file = file;
        this.older = file.resolveSibling(file.getFileName() + ".1");
        this.copy = file.resolveSibling(file.getFileName() + ".new");
        this.limit = limit;
    }

    /** Makes whole what a process left that was killed while it began its log anew. */
    synchronized RotatedLog open() {
        try {
            length = Files.size(file);
            if (Files.isRegularFile(copy) && Files.size(copy) > length) { // it was emptied, so the copy is whole
                Files.move(copy, older, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            length = 0;
        }
        return this;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
        if (length + count > limit && length > 0) {
            beginAnew();
        }
        out.write(bytes, offset, count);
        length += count;
    }

    /** On failure (a full disk) the log goes on as it is, and this is tried again after as much again. */
    private void beginAnew() {
        length = 0;
        // No channels: an interrupt of the thread that logs would close them half way.
        try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "rw")) {
            try (OutputStream to = new FileOutputStream(copy.toFile())) {
                byte[] piece = new byte[PIECE];
                for (int read = from.read(piece); read > 0; read = from.read(piece)) {
                    to.write(piece, 0, read);
                }
            }
            from.setLength(0);
            // Last: whoever follows the log goes on at its beginning when there is another older one.
            Files.move(copy, older, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // The log goes on without.
        }
    }
}
