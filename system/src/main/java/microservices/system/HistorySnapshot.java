package microservices.system;

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
record HistorySnapshot(
        Topology topology,
        List<String> texts,
        List<PostedMessage> messages,
        List<Operation> operations,
        List<NumberedReading> readings,
        Map<Integer, List<NumberedReading>> byRound,
        List<FailedRead> failedReads,
        List<Strike> strikes,
        List<Round> rounds,
        Optional<String> broken) {

    private static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

    HistorySnapshot {
        strikes = strikes.stream().sorted(Comparator.comparing(Strike::from)).toList();
        rounds = rounds.stream().sorted(Comparator.comparing(Round::number)).toList();
    }

    /** When the strike after this one began; later than all else if there was none. */
    Duration nextStrike(int strike) {
        return strike + 1 < strikes.size() ? strikes.get(strike + 1).from() : NEVER;
    }

    List<NumberedReading> logReadings() {
        return readings.stream().filter(NumberedReading::isLog).toList();
    }

    List<NumberedReading> heldReadings() {
        return readings.stream().filter(reading -> !reading.isLog()).toList();
    }

    List<NumberedReading> readingsOf(Round round) {
        return byRound.getOrDefault(round.number(), List.of());
    }

    /** The held lists of a round, one for each replica. */
    List<NumberedReading> heldIn(Round round) {
        Map<String, NumberedReading> held = new TreeMap<>();
        for (NumberedReading reading : readingsOf(round)) {
            if (!reading.isLog()) {
                held.put(reading.from(), reading);
            }
        }
        return List.copyOf(held.values());
    }

    /** When a final round began; empty if nothing was read in it. */
    Optional<Duration> start(Round round) {
        return readingsOf(round).stream().map(NumberedReading::sent).min(Comparator.naturalOrder());
    }

    Optional<Duration> end(Round round) {
        return readingsOf(round).stream().map(NumberedReading::answered).max(Comparator.naturalOrder());
    }

    /** The replicas of one kind of list that must be read in a round. */
    Set<String> live(Round round, Reading.Kind kind) {
        Set<String> live = new HashSet<>();
        topology.replicas(kind.service()).forEach(replica -> live.add(replica.name()));
        live.removeAll(round.down());
        return live;
    }

    /** Whether a round read each live replica of that kind exactly once, and there was one. */
    boolean isComplete(Round round, Reading.Kind kind) {
        List<String> read = new ArrayList<>();
        for (NumberedReading reading : readingsOf(round)) {
            if (reading.kind() == kind) {
                read.add(reading.from());
            }
        }
        Set<String> live = live(round, kind);
        return !live.isEmpty() && read.size() == live.size() && live.equals(new HashSet<>(read));
    }
}
