package microservices.system.check;

import java.time.Duration;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Request;
import microservices.system.history.Seconds;
import microservices.system.history.Strike;

/** Every request is answered within ten seconds, unless a strike excuses the replica that was asked. */
final class AnsweredRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        run.operations().forEach(operation -> check(run, operation, operation.text(), findings));
        run.readings().forEach(reading -> check(run, reading, null, findings));
        run.failedReadings().forEach(read -> check(run, read, null, findings));
    }

    private static void check(HistorySnapshot run, Request request, String text, Findings findings) {
        Duration took = request.answered().minus(request.sent());
        boolean unanswered = request.status() == Request.NO_ANSWER;
        if (!unanswered && took.compareTo(Strike.ANSWER_WITHIN) <= 0) {
            return;
        }
        if (run.strikes().stream().anyMatch(strike -> strike.excuses(request))) {
            return;
        }
        String sentence = request.what() + ", sent to " + request.asked() + " at " + Seconds.of(request.sent())
                + (unanswered ? ", had no answer; given up after " : ", was answered after ") + Seconds.of(took);
        findings.violation(
                Violation.Kind.UNANSWERED,
                request.asked() + " " + request.sent(),
                new Violation(Violation.Kind.UNANSWERED, text, request.sent(), sentence));
    }
}
