package microservices.system.check;

import java.util.Optional;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Interval;
import microservices.system.history.Operation;
import microservices.system.history.Seconds;
import microservices.system.history.Strike;

/**
 * A run counts only if something was at stake: faults struck, one after another, and each blow hit a system in which a
 * post was under way at that moment.
 */
final class RealStrikesRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        run.broken().ifPresent(findings::invalid);
        if (run.operations().stream().noneMatch(Operation::isAcknowledged)) {
            findings.invalid("no post was acknowledged in the whole run");
        }
        if (run.strikes().isEmpty()) {
            findings.invalid("no fault struck in the whole run");
        }
        for (int index = 0; index < run.strikes().size(); index++) {
            Strike strike = run.strikes().get(index);
            Optional.ofNullable(strike.notReal())
                    .ifPresent(why -> findings.invalid(strike.describe() + " was not real: " + why));
            for (Interval blow : strike.blows()) {
                if (run.operations().stream().noneMatch(operation -> operation.overlaps(blow))) {
                    findings.invalid(
                            "no post was under way when " + strike.describe() + " hit at " + Seconds.of(blow.from()));
                }
            }
            if (strike.blows().isEmpty()) {
                findings.invalid(strike.describe() + " hit nobody");
            }
            if (strike.recovered().compareTo(run.nextStrike(index)) > 0) {
                findings.invalid(strike.describe() + " had not recovered when the next fault struck at "
                        + Seconds.of(run.nextStrike(index)));
            }
        }
    }
}
