package microservices.system.local;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import microservices.system.local.Topology.Replica;

/**
 * What a system leaves for the next command, in a folder: its topology and settings, and a process id and a log for each
 * replica. A note is replaced as a whole, so nobody reads half of one; one that was cut all the same counts as none.
 */
final class RunFolder {

    private static final String TOPOLOGY = "topology.properties";
    private static final String JAVA = "java";
    private static final String LAST_LINE = "whole=true\n";

    /** Two threads of a process may not wait for the same lock of a file. */
    private static final Object STARTS = new Object();

    private final Path folder;

    RunFolder(Path folder) {
        this.folder = folder;
    }

    /** Something that must not be done twice at once, not in another terminal either. */
    interface Step<T> {
        T run() throws IOException;
    }

    /** What a system was started with. */
    record Beginning(Topology topology, Settings settings, String javaHome) {}

    /** Begins a system, and forgets what an earlier one left. */
    void begin(Beginning beginning) throws IOException {
        Files.createDirectories(folder);
        for (Replica replica : Topology.LARGEST.replicas()) {
            Files.deleteIfExists(log(replica));
            Files.deleteIfExists(olderLog(replica));
            Files.deleteIfExists(note(replica.name()));
        }
        Properties properties = beginning.topology().toProperties();
        properties.putAll(beginning.settings().values());
        properties.setProperty(JAVA, beginning.javaHome());
        StringWriter text = new StringWriter();
        properties.store(text, null);
        replace(folder.resolve(TOPOLOGY), text + LAST_LINE);
        Files.deleteIfExists(ended());
    }

    /** What the system was started with; empty if there is none, or it cannot be read. */
    Optional<Beginning> beginning() {
        Properties properties = new Properties();
        try {
            String text = Files.readString(folder.resolve(TOPOLOGY));
            if (!text.endsWith(LAST_LINE)) {
                return Optional.empty();
            }
            properties.load(new StringReader(text));
            Settings settings = Settings.of(properties.stringPropertyNames().stream()
                    .collect(Collectors.toMap(name -> name, properties::getProperty)));
            return Optional.of(
                    new Beginning(Topology.fromProperties(properties), settings, properties.getProperty(JAVA, "")));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The replicas that have notes, where it is not known any more which there are; empty if there are none. */
    Optional<Topology> topologyOfNotes() {
        int[] counts = new int[Service.values().length];
        int offset = 0;
        for (Service service : Service.values()) {
            for (int n = 1; n <= Topology.MOST_REPLICAS; n++) {
                Optional<String> note = read(service.replica(n));
                if (note.flatMap(NotedProcess::parse).isPresent()) {
                    counts[service.ordinal()] = n;
                    String[] words = note.get().strip().split(" ");
                    offset = words.length > 2 && words[2].matches("[0-9]{1,5}") ? Integer.parseInt(words[2]) : offset;
                }
            }
        }
        Topology topology = new Topology(
                counts[Service.FACADE.ordinal()],
                counts[Service.LOGGING.ordinal()],
                counts[Service.MESSAGES.ordinal()],
                offset);
        return topology.replicas().isEmpty() ? Optional.empty() : Optional.of(topology);
    }

    /** Notes the process of a replica, with what its ports were shifted by. */
    void note(String name, ProcessHandle process, int portOffset) throws IOException {
        replace(note(name), NotedProcess.of(process) + " " + portOffset);
    }

    private static void replace(Path file, String text) throws IOException {
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(whole, text);
        Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The process that was noted; empty if none was, or that cannot be read. */
    Optional<NotedProcess> noted(String name) {
        return read(name).flatMap(NotedProcess::parse);
    }

    private Optional<String> read(String name) {
        try {
            return Optional.of(Files.readString(note(name)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** One step at a time, whoever takes it: a replica is not started twice, nor while the system ends. */
    <T> T alone(Step<T> step) throws IOException {
        synchronized (STARTS) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("start.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return lock.isValid() ? step.run() : null;
            }
        }
    }

    /** From now on nothing is started. */
    void end() throws IOException {
        Files.writeString(ended(), "");
    }

    boolean hasEnded() {
        return Files.exists(ended());
    }

    private Path ended() {
        return folder.resolve("ended");
    }

    Path log(Replica replica) {
        return folder.resolve(replica.name() + ".log");
    }

    /** What the log's file held before its replica began it anew. */
    Path olderLog(Replica replica) {
        return folder.resolve(replica.name() + ".log.1");
    }

    private Path note(String name) {
        return folder.resolve(name + ".pid");
    }
}
