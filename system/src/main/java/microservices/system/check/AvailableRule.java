package microservices.system.check;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Operation;
import microservices.system.history.Seconds;
import microservices.system.history.Strike;

/**
 * Fifteen seconds after the trouble has ended, and until the next begins, every post is acknowledged, and there was
 * one. Posts that were under way when the next strike came are not judged.
 */
final class AvailableRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        DueRefusals refusals = new DueRefusals(run.operations());
        List<Operation> bySent = run.operations().stream()
                .sorted(Comparator.comparing(Operation::sent))
                .toList();
        for (int strike = 0; strike < run.strikes().size(); strike++) {
            Strike judged = run.strikes().get(strike);
            int first = firstSentFrom(bySent, judged.postsSucceedFrom());
            check(bySent.subList(first, bySent.size()), judged, run.nextStrike(strike), refusals, findings);
        }
    }

    private static int firstSentFrom(List<Operation> bySent, Duration time) {
        int low = 0;
        int high = bySent.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (bySent.get(middle).sent().compareTo(time) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** @param later what was sent when posts had to succeed at a facade that had nothing to do with it, and after */
    private static void check(
            List<Operation> later, Strike strike, Duration next, DueRefusals refusals, Findings findings) {
        Map<String, Duration> succeedFrom = new HashMap<>();
        int judged = 0;
        for (Operation operation : later) {
            if (operation.sent().compareTo(next) > 0) {
                break;
            }
            Duration from = succeedFrom.computeIfAbsent(operation.facade(), strike::postsSucceedFrom);
            if (operation.sent().compareTo(from) < 0
                    || operation.answered().compareTo(next) > 0
                    || refusals.isDue(operation)) {
                continue;
            }
            judged++;
            if (!operation.isAcknowledged()) {
                findings.violation(
                        Violation.Kind.UNAVAILABLE,
                        strike,
                        new Violation(
                                Violation.Kind.UNAVAILABLE,
                                operation.text(),
                                operation.sent(),
                                operation.what() + ", sent to " + operation.facade() + " at "
                                        + Seconds.of(operation.sent()) + ", got status " + operation.status()
                                        + ", although the trouble of " + strike.describe() + " had ended at "
                                        + Seconds.of(strike.until())));
            }
        }
        if (judged == 0) {
            findings.invalid("nobody posted from " + Seconds.of(strike.postsSucceedFrom()) + " on, when the trouble of "
                    + strike.describe() + " had to be over");
        }
    }
}
