package microservices.system.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import microservices.system.local.LocalSystem;
import microservices.system.local.Topology.Replica;

/** Prints what is added to a replica's log, each line with the replica's name before it. */
final class LogFollower {

    private static final Duration POLL = Duration.ofMillis(300);

    private final String prefix;
    private final Path file;
    private final PrintStream out;

    private long position;

    /**
     * @param width how wide the names are, so that the lines of several logs stand below each other
     */
    LogFollower(String name, int width, Path file, PrintStream out) {
        this.prefix = String.format("%-" + width + "s | ", name);
        this.file = file;
        this.out = out;
    }

    /** From now on only what is added. */
    void skipToEnd() throws IOException {
        position = Files.exists(file) ? Files.size(file) : 0;
    }

    /** Prints the lines that were finished since the last call. */
    void printNew() throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        // A mebibyte at a time, so that a long log does not have to fit into memory.
        for (List<String> lines = newLines(); !lines.isEmpty(); lines = newLines()) {
            lines.forEach(line -> out.println(prefix + line));
        }
    }

    private List<String> newLines() throws IOException {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            if (log.length() < position) {
                position = 0;
            }
            byte[] added = new byte[(int) Math.min(log.length() - position, 1 << 20)];
            log.seek(position);
            log.readFully(added);
            List<String> lines = new ArrayList<>();
            int start = 0;
            for (int i = 0; i < added.length; i++) {
                if (added[i] == '\n') {
                    lines.add(new String(added, start, i - start, StandardCharsets.UTF_8));
                    start = i + 1;
                }
            }
            if (start == 0 && added.length == 1 << 20) { // one endless line: pass it on in pieces
                lines.add(new String(added, StandardCharsets.UTF_8));
                start = added.length;
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
                .map(replica -> new LogFollower(replica.name(), width, system.log(replica), out))
                .toList();
    }

    /** Prints the logs as they grow, until the process is asked to end. */
    static void follow(LocalSystem system, List<Replica> replicas, boolean fromStart, PrintStream out)
            throws IOException, InterruptedException {
        List<LogFollower> followers = of(system, replicas, out);
        if (!fromStart) {
            for (LogFollower follower : followers) {
                follower.skipToEnd();
            }
        }
        while (true) {
            for (LogFollower follower : followers) {
                follower.printNew();
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
    }
}
