package microservices.system.check;

import java.util.List;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Outcome;
import microservices.system.history.ReplicaInterval;
import microservices.system.history.Seconds;
import microservices.system.history.Strike;

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
            for (ReplicaInterval interval : strike.undisturbed()) {
                run.operations().stream()
                        .filter(operation -> operation.outcome() == Outcome.UNKNOWN
                                && operation.asked().equals(interval.replica())
                                && operation.overlaps(interval.time())
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
