package microservices.system.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Outcome;
import microservices.system.history.PostedMessage;
import microservices.system.history.Reading;

/**
 * What was acknowledged, and what a log showed, is in every log that is asked for afterwards; but a log that was marked as
 * stale during a strike may lack some of it. One pass over the readings in the order in which they were sent.
 */
final class LoggedRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        List<Integer> acknowledged = new ArrayList<>();
        BitSet possible = new BitSet();
        for (int number = 0; number < run.messages().size(); number++) {
            PostedMessage message = run.messages().get(number);
            if (message != null && message.outcome() != Outcome.REFUSED) {
                possible.set(number);
                if (message.outcome() == Outcome.ACKNOWLEDGED) {
                    acknowledged.add(number);
                }
            }
        }
        acknowledged.sort(Comparator.comparing(number -> settled(run, number)));
        List<Reading> earlier = sorted(run.logReadings(), Reading::answered);
        BitSet owed = new BitSet();
        BitSet shown = new BitSet();
        int nextOwed = 0;
        int nextShown = 0;
        for (Reading reading : sorted(run.logReadings(), Reading::sent)) {
            while (nextOwed < acknowledged.size()
                    && settled(run, acknowledged.get(nextOwed)).compareTo(reading.sent()) <= 0) {
                owed.set(acknowledged.get(nextOwed++));
            }
            while (nextShown < earlier.size()
                    && earlier.get(nextShown).answered().compareTo(reading.sent()) <= 0) {
                shown.or(earlier.get(nextShown++).texts());
            }
            shown.and(possible);
            if (reading.stale() && run.strikes().stream().anyMatch(strike -> strike.disturbs(reading))) {
                continue;
            }
            report(run, reading, owed, shown, earlier, findings);
        }
    }

    private static Duration settled(HistorySnapshot run, int number) {
        return run.messages().get(number).settled();
    }

    private static List<Reading> sorted(List<Reading> readings, Function<Reading, Duration> time) {
        return readings.stream().sorted(Comparator.comparing(time)).toList();
    }

    private static void report(
            HistorySnapshot run, Reading reading, BitSet owed, BitSet shown, List<Reading> earlier, Findings findings) {
        BitSet missing = (BitSet) owed.clone();
        missing.or(shown);
        missing.andNot(reading.texts());
        missing.stream().forEach(number -> {
            PostedMessage message = run.messages().get(number);
            String missed = message.describe() + " is missing from " + reading.describe();
            if (owed.get(number)) {
                findings.violation(Violation.Kind.NOT_LOGGED, message.text(), reading.sent(), missed);
            } else {
                String before = earlier.stream()
                        .filter(other -> other.texts().get(number))
                        .map(Reading::describe)
                        .findFirst()
                        .orElseThrow();
                findings.violation(
                        Violation.Kind.VANISHED, message.text(), reading.sent(), missed + ", and was in " + before);
            }
        });
    }
}
