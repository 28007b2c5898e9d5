package microservices.system.check;

import java.time.Duration;
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
        for (int strike = 0; strike < run.strikes().size(); strike++) {
            check(run, run.strikes().get(strike), run.nextStrike(strike), refusals, findings);
        }
    }

    private static void check(
            HistorySnapshot run, Strike strike, Duration next, DueRefusals refusals, Findings findings) {
        int judged = 0;
        for (Operation operation : run.operations()) {
            if (operation.sent().compareTo(strike.postsSucceedFrom(operation.facade())) < 0
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
