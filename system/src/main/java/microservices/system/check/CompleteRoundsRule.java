package microservices.system.check;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import microservices.system.history.FinalRound;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.ListKind;
import microservices.system.history.Outcome;
import microservices.system.history.Reading;
import microservices.system.history.Seconds;
import microservices.system.history.Strike;

/**
 * A run counts only if a loss would have been seen: after each strike a final round read all the replicas that were
 * not left dead by one, and the last round came after the last acknowledgement.
 */
final class CompleteRoundsRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        if (run.rounds().isEmpty()) {
            findings.invalid("there was no final round");
            return;
        }
        for (int index = 0; index < run.rounds().size(); index++) {
            FinalRound round = run.rounds().get(index);
            if (round.number() != index + 1) {
                findings.invalid("final round " + (index + 1) + " is missing, or another was made twice");
            }
            checkWhole(run, round, ListKind.LOG, findings);
            checkWhole(run, round, ListKind.HELD, findings);
            checkDown(run, round, findings);
            if (index > 0) {
                checkOrder(run, run.rounds().get(index - 1), round, findings);
            }
        }
        checkNumbers(run, findings);
        checkStrikes(run, findings);
        checkLast(run, run.rounds().get(run.rounds().size() - 1), findings);
    }

    private static void checkWhole(HistorySnapshot run, FinalRound round, ListKind kind, Findings findings) {
        if (run.isComplete(round, kind)) {
            return;
        }
        List<String> read = run.readingsOf(round).stream()
                .filter(reading -> reading.kind() == kind)
                .map(Reading::from)
                .toList();
        findings.invalid("round " + round.number() + " has to read the " + kind + " list of each of "
                + new TreeSet<>(run.live(round, kind)) + " once, and read " + read);
    }

    /** A replica that died by itself must not be left out. */
    private static void checkDown(HistorySnapshot run, FinalRound round, Findings findings) {
        Duration start = run.start(round).orElse(Duration.ZERO);
        for (String replica : new TreeSet<>(round.down())) {
            if (run.strikes().stream()
                    .noneMatch(strike ->
                            strike.targets().contains(replica) && strike.from().compareTo(start) <= 0)) {
                findings.invalid(replica + " was down in round " + round.number() + ", and no strike had hit it");
            }
        }
    }

    private static void checkOrder(HistorySnapshot run, FinalRound round, FinalRound next, Findings findings) {
        if (run.end(round).isPresent()
                && run.start(next).isPresent()
                && run.start(next).get().compareTo(run.end(round).get()) < 0) {
            findings.invalid("round " + next.number() + " began before round " + round.number() + " had ended");
        }
    }

    private static void checkNumbers(HistorySnapshot run, Findings findings) {
        Set<Integer> unknown = new TreeSet<>();
        run.readings().forEach(reading -> unknown.add(reading.round()));
        unknown.remove(FinalRound.NONE);
        run.rounds().forEach(round -> unknown.remove(round.number()));
        if (!unknown.isEmpty()) {
            findings.invalid("lists were read for rounds that were never made: " + unknown);
        }
    }

    private static void checkStrikes(HistorySnapshot run, Findings findings) {
        for (int index = 0; index < run.strikes().size(); index++) {
            Strike strike = run.strikes().get(index);
            Duration next = run.nextStrike(index);
            if (run.rounds().stream().noneMatch(round -> isBetween(run, round, strike.recovered(), next))) {
                findings.invalid("there was no final round after " + strike.describe() + " had recovered at "
                        + Seconds.of(strike.recovered()) + " and before the next strike");
            }
        }
    }

    private static boolean isBetween(HistorySnapshot run, FinalRound round, Duration from, Duration until) {
        return run.start(round).filter(start -> start.compareTo(from) >= 0).isPresent()
                && run.end(round).filter(end -> end.compareTo(until) <= 0).isPresent();
    }

    private static void checkLast(HistorySnapshot run, FinalRound last, Findings findings) {
        Duration start = run.start(last).orElse(Duration.ZERO);
        long unchecked = run.messages().stream()
                .filter(message -> message != null && message.outcome() == Outcome.ACKNOWLEDGED)
                .filter(message -> !message.isAcknowledgedBy(start))
                .count();
        if (unchecked > 0) {
            findings.invalid(unchecked + " messages were acknowledged after the last round had begun at "
                    + Seconds.of(start) + ", and so were never looked for");
        }
    }
}
