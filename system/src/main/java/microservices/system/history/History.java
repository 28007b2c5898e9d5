package microservices.system.history;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Everything that was done to a system and seen of it, recorded by any number of threads. Each record goes at once as
 * a line of JSON to a file, and in short form to memory: a reading of 150,000 texts costs 20 KB there, and in the file
 * what has changed since the one before.
 */
public final class History implements Closeable {

    private final Replicas replicas;

    // All guarded by this.
    private final HistoryFile file;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    /** By number; null where the text was read and never posted. */
    private final List<PostedMessage> messages = new ArrayList<>();

    private final List<Operation> operations = new ArrayList<>();
    private final List<Reading> readings = new ArrayList<>();
    private final List<FailedReading> failedReadings = new ArrayList<>();
    private final List<Strike> strikes = new ArrayList<>();
    private final List<FinalRound> rounds = new ArrayList<>();
    private final List<SelfReport> reports = new ArrayList<>();
    private final Map<String, Reading> latest = new HashMap<>();
    private String broken;

    public History(Writer out, Replicas replicas) {
        this.replicas = replicas;
        this.file = new HistoryFile(out);
    }

    /** A history in a new file; it is not to be there yet. */
    public static History open(Path file, Replicas replicas) throws IOException {
        return new History(
                Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW), replicas);
    }

    public synchronized void add(Operation operation) {
        checkNames(Set.of(operation.facade()), replicas.facades());
        int number = number(operation.text());
        PostedMessage before = messages.get(number);
        messages.set(number, before == null ? new PostedMessage(List.of(operation)) : before.with(operation));
        operations.add(operation);
        write(() -> file.write(operation));
    }

    /** Returns what is kept of it. */
    public synchronized Reading add(AnsweredList reading) {
        checkNames(Set.of(reading.asked()));
        checkNames(Set.of(reading.from()), replicas.with(reading.kind()));
        BitSet seen = new BitSet(texts.size());
        BitSet repeated = new BitSet();
        for (String text : reading.texts()) {
            int number = number(text);
            (seen.get(number) ? repeated : seen).set(number);
        }
        Reading numbered = new Reading(
                reading.from(),
                reading.kind(),
                reading.asked(),
                reading.sent(),
                reading.answered(),
                seen,
                repeated,
                reading.stale(),
                reading.round());
        readings.add(numbered);
        Reading before = latest.put(reading.kind() + " " + reading.from(), numbered);
        write(() -> file.write(numbered, before == null ? new BitSet() : before.texts(), texts));
        return numbered;
    }

    public synchronized void add(FailedReading read) {
        checkNames(Set.of(read.asked()));
        failedReadings.add(read);
        write(() -> file.write(read));
    }

    public synchronized void add(Strike strike) {
        checkNames(strike.targets());
        strike.excuses().forEach(interval -> checkNames(Set.of(interval.replica())));
        strike.undisturbed().forEach(interval -> checkNames(Set.of(interval.replica())));
        strikes.add(strike);
        write(() -> file.write(strike));
    }

    /** Says that a final round was made; without it, readings that name the round make the run invalid. */
    public synchronized void add(FinalRound round) {
        checkNames(round.down());
        rounds.add(round);
        write(() -> file.write(round));
    }

    public synchronized void add(SelfReport report) {
        checkNames(Set.of(report.facade()), replicas.facades());
        reports.add(report);
        write(() -> file.write(report));
    }

    /** Says that from now on something may go unseen, so that the run counts as nothing. */
    public synchronized void broken(String why) {
        broken = broken == null ? why : broken;
    }

    private void checkNames(Set<String> names) {
        checkNames(names, replicas.all());
    }

    /** A name that is slightly wrong would excuse nobody, or hide a replica that was never read. */
    private void checkNames(Set<String> names, Set<String> known) {
        if (!known.containsAll(names)) {
            String why = "a record was refused: it names " + names + ", expected of " + new TreeSet<>(known);
            broken(why);
            throw new IllegalArgumentException(why);
        }
    }

    private int number(String text) {
        return numbers.computeIfAbsent(text, unknown -> {
            texts.add(text);
            messages.add(null);
            return texts.size() - 1;
        });
    }

    private interface Write {
        void run() throws IOException;
    }

    private void write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            broken("the history could not be written: " + e.getMessage());
            throw new UncheckedIOException(e);
        }
    }

    public synchronized HistorySnapshot snapshot() {
        return new HistorySnapshot(
                replicas,
                List.copyOf(texts),
                Collections.unmodifiableList(new ArrayList<>(messages)),
                List.copyOf(operations),
                List.copyOf(readings),
                readings.stream().collect(Collectors.groupingBy(Reading::round)),
                List.copyOf(failedReadings),
                strikes,
                rounds,
                List.copyOf(reports),
                Optional.ofNullable(broken));
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
