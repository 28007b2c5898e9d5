package microservices.system;

import java.util.List;

/** Some faults must not be noticed by some clients: those of the other facade while one is restarted, for one. */
final class UndisturbedRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        for (Strike strike : run.strikes()) {
            strike.breaches()
                    .forEach(breach -> findings.violation(
                            Violation.Kind.DISTURBED,
                            List.of(strike.from(), breach),
                            new Violation(
                                    Violation.Kind.DISTURBED,
                                    null,
                                    strike.from(),
                                    "during " + strike.describe() + " " + breach)));
            for (Stretch stretch : strike.undisturbed()) {
                run.operations().stream()
                        .filter(operation -> operation.outcome() == Outcome.UNKNOWN
                                && operation.asked().equals(stretch.replica())
                                && operation.overlaps(stretch.time())
                                && !strike.excuses(operation))
                        .forEach(operation -> findings.violation(
                                Violation.Kind.DISTURBED,
                                operation.text(),
                                operation.sent(),
                                operation.what() + ", sent to " + operation.asked() + " at "
                                        + Seconds.of(operation.sent()) + ", got status " + operation.status()
                                        + ", although " + strike.describe() + " did not concern it"));
            }
        }
    }
}
