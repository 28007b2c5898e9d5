package microservices.system.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import microservices.system.local.LocalSystem;
import microservices.system.local.Topology.Replica;

/**
 * Prints what is added to a replica's log, each line with the replica's name before it. When the replica begins its log
 * anew, the rest of the older one is printed first.
 */
final class LogFollower {

    private static final Duration POLL = Duration.ofMillis(300);

    /** Read at once, so that a long log does not have to fit into memory. */
    private static final int PIECE = 1 << 20;

    /** Whether to go on. */
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    private final String prefix;
    private final Path file;
    private final Path older;
    private final PrintStream out;

    private long position;
    /** Tells the older log from the one before it. */
    private String olderKey = "";

    /**
     * @param width how wide the names are, so that the lines of several logs stand below each other
     */
    LogFollower(String name, int width, Path file, Path older, PrintStream out) {
        this.prefix = String.format(Locale.ROOT, "%-" + width + "s | ", name);
        this.file = file;
        this.older = older;
        this.out = out;
    }

    /** From now on only what is added. */
    void skipToEnd() throws IOException {
        olderKey = key(older);
        position = Files.exists(file) ? Files.size(file) : 0;
    }

    /** Prints the lines that were finished since the last call; at first the older log's as well. */
    void printNew() throws IOException {
        while (true) {
            // The older log is replaced after the newer one was emptied: while it is the same, the position is right.
            String key = key(older);
            if (!key.equals(olderKey)) {
                olderKey = key;
                for (List<String> lines = newLines(older); !lines.isEmpty(); lines = newLines(older)) {
                    print(lines);
                }
                position = 0;
            }
            long before = position;
            List<String> lines = newLines(file);
            if (!key(older).equals(olderKey)) {
                position = before;
            } else if (lines.isEmpty()) {
                return;
            } else {
                print(lines);
            }
        }
    }

    private void print(List<String> lines) {
        lines.forEach(line -> out.println(prefix + line));
    }

    /** What tells a file from another one by the same name; empty if there is none. */
    private static String key(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.fileKey() + " " + attributes.lastModifiedTime();
    }

    private List<String> newLines(Path log) throws IOException {
        if (!Files.exists(log)) {
            return List.of();
        }
        try (RandomAccessFile opened = new RandomAccessFile(log.toFile(), "r")) {
            byte[] added = new byte[(int) Math.max(0, Math.min(opened.length() - position, PIECE))];
            opened.seek(position);
            int length = Math.max(0, opened.read(added));
            List<String> lines = new ArrayList<>();
            int start = 0;
            for (int i = 0; i < length; i++) {
                if (added[i] == '\n') {
                    lines.add(new String(added, start, i - start, StandardCharsets.UTF_8));
                    start = i + 1;
                }
            }
            if (start == 0 && length == PIECE) { // one endless line: pass it on in pieces
                lines.add(new String(added, StandardCharsets.UTF_8));
                start = length;
            }
            position += start;
            return lines;
        }
    }

    /** One follower for each replica. */
    static List<LogFollower> of(LocalSystem system, List<Replica> replicas, PrintStream out) {
        int width = replicas.stream()
                .mapToInt(replica -> replica.name().length())
                .max()
                .orElse(1);
        return replicas.stream()
                .map(replica ->
                        new LogFollower(replica.name(), width, system.log(replica), system.olderLog(replica), out))
                .toList();
    }

    /** Prints the logs as they grow, while a condition holds. */
    static void follow(LocalSystem system, List<Replica> replicas, boolean fromStart, PrintStream out, Condition goesOn)
            throws IOException, InterruptedException {
        List<LogFollower> followers = of(system, replicas, out);
        if (!fromStart) {
            for (LogFollower follower : followers) {
                follower.skipToEnd();
            }
        }
        while (goesOn.holds()) {
            for (LogFollower follower : followers) {
                follower.printNew();
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }
}
