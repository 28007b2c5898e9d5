package microservices.system;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;

/**
 * In each final round no message is in two held lists, and what was acknowledged before it, or held in an earlier one,
 * is in one. What is in none is told only of a round that read every live messages replica.
 */
final class DeliveredRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        BitSet heldBefore = new BitSet();
        for (Round round : run.rounds()) {
            List<NumberedReading> lists = run.heldIn(round);
            BitSet held = new BitSet();
            for (NumberedReading list : lists) {
                BitSet twice = (BitSet) list.texts().clone();
                twice.and(held);
                twice.stream().forEach(number -> reportTwice(run, round, lists, number, findings));
                held.or(list.texts());
            }
            if (run.isComplete(round, Reading.Kind.HELD)) {
                reportMissing(run, round, held, heldBefore, findings);
            }
            heldBefore.or(held);
        }
    }

    private static void reportTwice(
            HistorySnapshot run, Round round, List<NumberedReading> lists, int number, Findings findings) {
        List<NumberedReading> holders =
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
                                ", ",
                                holders.stream().map(NumberedReading::describe).toList()));
    }

    private static void reportMissing(
            HistorySnapshot run, Round round, BitSet held, BitSet heldBefore, Findings findings) {
        Duration start = run.start(round).orElseThrow();
        for (int number = 0; number < run.messages().size(); number++) {
            PostedMessage message = run.messages().get(number);
            if (message == null || message.outcome() == Outcome.REFUSED || held.get(number)) {
                continue;
            }
            if (message.isAcknowledgedBy(start)) {
                reportMissing(Violation.Kind.NOT_DELIVERED, message, round, start, "", findings);
            } else if (heldBefore.get(number)) {
                reportMissing(
                        Violation.Kind.VANISHED, message, round, start, ", and was in an earlier one's", findings);
            }
        }
    }

    private static void reportMissing(
            Violation.Kind kind, PostedMessage message, Round round, Duration start, String more, Findings findings) {
        findings.violation(
                kind,
                message.text(),
                start,
                message.describe() + " is in no held list of round " + round.number() + ", begun at "
                        + Seconds.of(start) + more);
    }
}
