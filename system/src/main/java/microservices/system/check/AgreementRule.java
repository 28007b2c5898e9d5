package microservices.system.check;

import java.util.BitSet;
import java.util.List;
import microservices.system.history.FinalRound;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.ListKind;
import microservices.system.history.Reading;
import microservices.system.history.SelfReport;

/**
 * What a facade says before a final round is what the lists of the round show: closed if everything logged is held once, and
 * nothing else is; anything else if not. It may have said that something was open which came into a list afterwards.
 */
final class AgreementRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        for (FinalRound round : run.rounds()) {
            if (run.isComplete(round, ListKind.LOG) && run.isComplete(round, ListKind.HELD)) {
                boolean closed = isClosed(run, round);
                run.reports().stream()
                        .filter(report -> report.round() == round.number())
                        .filter(report -> report.verdict().equals(SelfReport.CLOSED) != closed)
                        .filter(report ->
                                !(closed && report.verdict().equals(SelfReport.OPEN) && wasOpen(run, round, report)))
                        .forEach(report -> report(round, report, closed, findings));
            }
        }
    }

    /** Whether a list of the round has something that no list had before the report. */
    private static boolean wasOpen(HistorySnapshot run, FinalRound round, SelfReport report) {
        BitSet appeared = new BitSet();
        run.heldIn(round).forEach(list -> appeared.or(list.texts()));
        run.heldReadings().stream()
                .filter(list -> list.answered().compareTo(report.answered()) <= 0)
                .forEach(list -> appeared.andNot(list.texts()));
        return !appeared.isEmpty();
    }

    private static void report(FinalRound round, SelfReport report, boolean closed, Findings findings) {
        String sentence = report.describe() + ", and the lists of round " + round.number()
                + (closed ? " have everything logged once" : " have not everything logged once");
        Violation violation = new Violation(Violation.Kind.DISAGREED, null, report.answered(), sentence);
        findings.violation(Violation.Kind.DISAGREED, List.of(report.facade(), report.path()), violation);
    }

    private static boolean isClosed(HistorySnapshot run, FinalRound round) {
        BitSet logged = new BitSet();
        run.readingsOf(round).stream()
                .filter(list -> list.kind() == ListKind.LOG)
                .forEach(log -> logged.or(log.texts()));
        BitSet held = new BitSet();
        for (Reading list : run.heldIn(round)) {
            if (!list.repeated().isEmpty() || held.intersects(list.texts())) {
                return false;
            }
            held.or(list.texts());
        }
        return held.equals(logged);
    }
}
