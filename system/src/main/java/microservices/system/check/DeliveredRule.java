package microservices.system.check;

import java.time.Duration;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import microservices.system.history.FinalRound;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.ListKind;
import microservices.system.history.Outcome;
import microservices.system.history.PostedMessage;
import microservices.system.history.Reading;
import microservices.system.history.Seconds;

/**
 * In each final round no message is in two held lists, and what was acknowledged before it, or seen in a held list
 * whenever one was read, is in one. What is in none is told only of a round that read every live messages replica.
 */
final class DeliveredRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        List<Reading> earlier = run.heldReadings().stream()
                .sorted(Comparator.comparing(Reading::answered))
                .toList();
        BitSet heldBefore = new BitSet();
        int next = 0;
        for (FinalRound round : run.rounds()) {
            List<Reading> lists = run.heldIn(round);
            BitSet held = new BitSet();
            for (Reading list : lists) {
                BitSet twice = (BitSet) list.texts().clone();
                twice.and(held);
                twice.stream().forEach(number -> reportTwice(run, round, lists, number, findings));
                held.or(list.texts());
            }
            if (run.isComplete(round, ListKind.HELD)) {
                Duration start = run.start(round).orElseThrow();
                while (next < earlier.size() && earlier.get(next).answered().compareTo(start) <= 0) {
                    heldBefore.or(earlier.get(next++).texts());
                }
                reportMissing(run, round, start, held, heldBefore, earlier, findings);
            }
        }
    }

    private static void reportTwice(
            HistorySnapshot run, FinalRound round, List<Reading> lists, int number, Findings findings) {
        List<Reading> holders =
                lists.stream().filter(list -> list.texts().get(number)).toList();
        PostedMessage message = run.messages().get(number);
        String text = run.texts().get(number);
        findings.violation(
                Violation.Kind.DOUBLED,
                text,
                holders.get(1).sent(),
                (message == null ? "'" + text + "'" : message.describe()) + " is in several held lists of round "
                        + round.number() + ": "
                        + String.join(
                                ", ", holders.stream().map(Reading::describe).toList()));
    }

    private static void reportMissing(
            HistorySnapshot run,
            FinalRound round,
            Duration start,
            BitSet held,
            BitSet heldBefore,
            List<Reading> earlier,
            Findings findings) {
        for (int number = 0; number < run.messages().size(); number++) {
            PostedMessage message = run.messages().get(number);
            if (message == null || message.outcome() == Outcome.REFUSED || held.get(number)) {
                continue;
            }
            if (message.isAcknowledgedBy(start)) {
                reportMissing(Violation.Kind.NOT_DELIVERED, message, round, start, "", findings);
            } else if (heldBefore.get(number)) {
                String before = firstHolder(earlier, number).describe();
                reportMissing(Violation.Kind.VANISHED, message, round, start, ", and was in " + before, findings);
            }
        }
    }

    private static Reading firstHolder(List<Reading> lists, int number) {
        return lists.stream()
                .filter(list -> list.texts().get(number))
                .findFirst()
                .orElseThrow();
    }

    private static void reportMissing(
            Violation.Kind kind,
            PostedMessage message,
            FinalRound round,
            Duration start,
            String more,
            Findings findings) {
        findings.violation(
                kind,
                message.text(),
                start,
                message.describe() + " is in no held list of round " + round.number() + ", begun at "
                        + Seconds.of(start) + more);
    }
}
