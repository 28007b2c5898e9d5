package microservices.system.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process as it is written down, to be found again later by whoever reads it. Where there is {@code /proc}, it is known
 * by the boot and its start in ticks since then, which no step of the clock changes.
 *
 * @param start tells this process from another one that gets its id
 */
record NotedProcess(long pid, String start) {

    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT = PROC.resolve("sys/kernel/random/boot_id");

    /** In {@code /proc/PID/stat}, counted from the state, which follows the command's name. */
    private static final int THREADS = 17;

    private static final int START = 19;

    static NotedProcess of(ProcessHandle process) {
        return new NotedProcess(process.pid(), start(process).orElse("-"));
    }

    /** Empty if that is no note of a process: a file may be empty, cut, or of somebody else. */
    static Optional<NotedProcess> parse(String text) {
        String[] words = text.strip().split("\\s+");
        return words.length >= 2 && words[0].matches("[0-9]{1,18}")
                ? Optional.of(new NotedProcess(Long.parseLong(words[0]), words[1]))
                : Optional.empty();
    }

    /**
     * The process, unless it has ended or another one has its id. A signal by the handle reaches nobody else either: the
     * JDK compares the start once more.
     */
    Optional<ProcessHandle> running() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> start(process).filter(start::equals).isPresent());
    }

    private static Optional<String> start(ProcessHandle process) {
        if (!Files.exists(PROC.resolve("self/stat"))) {
            return Optional.of(
                    process.info().startInstant().map(Instant::toString).orElse("-"));
        }
        try {
            String stat = Files.readString(PROC.resolve(process.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return start(stat).map(ticks -> boot() + ":" + ticks);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * From a line of {@code /proc/PID/stat}: the ticks from the boot to the process's start. Empty for a zombie, which
     * only waits for its parent to take notice; while threads of it are left, it has not ended.
     */
    static Optional<String> start(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length <= START || (fields[0].matches("[ZXx]") && Integer.parseInt(fields[THREADS]) <= 1)) {
            return Optional.empty();
        }
        return Optional.of(fields[START]);
    }

    private static String boot() {
        try {
            return Files.readString(BOOT).strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public String toString() {
        return pid + " " + start;
    }
}
