package microservices.system.check;

import java.util.List;
import microservices.system.history.History;
import microservices.system.history.HistorySnapshot;

/**
 * Judges a whole history after the run: whether every promise was kept, and whether the run shows anything at all.
 * Each rule is a class of its own; none knows how the system works inside.
 */
public final class Checker {

    private static final List<Rule> RULES = List.of(
            new LoggedRule(),
            new DeliveredRule(),
            new ListRule(),
            new SuccessRule(),
            new IdentityRule(),
            new AnsweredRule(),
            new AvailableRule(),
            new UndisturbedRule(),
            new AgreementRule(),
            new RealStrikesRule(),
            new CompleteRoundsRule());

    private Checker() {}

    public static Verdict check(History history) {
        HistorySnapshot run = history.snapshot();
        Findings findings = new Findings();
        RULES.forEach(rule -> rule.check(run, findings));
        FaultRows rows = new FaultRows(run, findings.violations());
        return new Verdict(findings.violations(), findings.invalid(), rows.rows(), rows.total());
    }
}
