package microservices.system;

import java.time.Duration;
import java.util.Optional;

/** A run counts only if something was at stake: faults struck, one after another, while posts were under way. */
final class RealStrikesRule implements Rule {

    /** A post sent this long after a kill still met its consequences. */
    private static final Duration AFTERMATH = Duration.ofSeconds(1);

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
            if (run.operations().stream()
                    .noneMatch(operation ->
                            operation.overlaps(strike.from(), strike.until().plus(AFTERMATH)))) {
                findings.invalid("no post was under way during " + strike.describe());
            }
            if (strike.recovered().compareTo(run.nextStrike(index)) > 0) {
                findings.invalid(strike.describe() + " had not recovered when the next fault struck at "
                        + Seconds.of(run.nextStrike(index)));
            }
        }
    }
}
