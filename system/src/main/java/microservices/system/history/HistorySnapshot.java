package microservices.system.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A history as it stood when it was asked for.
 *
 * @param texts by number: whatever was posted or read
 * @param messages by number; null where the text was read and never posted
 * @param byRound the same readings by the number of their round
 * @param broken why the history is not whole, if it is not
 */
public record HistorySnapshot(
        Replicas replicas,
        List<String> texts,
        List<PostedMessage> messages,
        List<Operation> operations,
        List<Reading> readings,
        Map<Integer, List<Reading>> byRound,
        List<FailedReading> failedReadings,
        List<Strike> strikes,
        List<FinalRound> rounds,
        List<SelfReport> reports,
        Optional<String> broken) {

    private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    public HistorySnapshot {
        strikes = strikes.stream().sorted(Comparator.comparing(Strike::from)).toList();
        rounds =
                rounds.stream().sorted(Comparator.comparing(FinalRound::number)).toList();
    }

    /** When the strike after this one began; later than all else if there was none. */
    public Duration nextStrike(int strike) {
        return strike + 1 < strikes.size() ? strikes.get(strike + 1).from() : NEVER;
    }

    public List<Reading> logReadings() {
        return readings.stream().filter(Reading::isLog).toList();
    }

    public List<Reading> heldReadings() {
        return readings.stream().filter(reading -> !reading.isLog()).toList();
    }

    public List<Reading> readingsOf(FinalRound round) {
        return byRound.getOrDefault(round.number(), List.of());
    }

    /** The held lists of a round, one for each replica. */
    public List<Reading> heldIn(FinalRound round) {
        Map<String, Reading> held = new TreeMap<>();
        for (Reading reading : readingsOf(round)) {
            if (!reading.isLog()) {
                held.put(reading.from(), reading);
            }
        }
        return List.copyOf(held.values());
    }

    /** When a final round began; empty if nothing was read in it. */
    public Optional<Duration> start(FinalRound round) {
        return readingsOf(round).stream().map(Reading::sent).min(Comparator.naturalOrder());
    }

    public Optional<Duration> end(FinalRound round) {
        return readingsOf(round).stream().map(Reading::answered).max(Comparator.naturalOrder());
    }

    /** The replicas of one kind of list that must be read in a round. */
    public Set<String> live(FinalRound round, ListKind kind) {
        Set<String> live = new HashSet<>(replicas.with(kind));
        live.removeAll(round.down());
        return live;
    }

    /** Whether a round read each live replica of that kind exactly once, and there was one. */
    public boolean isComplete(FinalRound round, ListKind kind) {
        List<String> read = new ArrayList<>();
        for (Reading reading : readingsOf(round)) {
            if (reading.kind() == kind) {
                read.add(reading.from());
            }
        }
        Set<String> live = live(round, kind);
        return !live.isEmpty() && read.size() == live.size() && live.equals(new HashSet<>(read));
    }
}
