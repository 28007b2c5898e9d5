package microservices.system.check;

import microservices.system.history.FailedReading;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Operation;
import microservices.system.history.Request;
import microservices.system.history.Seconds;

/** No success lies: a 200 brings the lists it was asked for, and no post that has to be refused gets a 201. */
final class SuccessRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        for (FailedReading read : run.failedReadings()) {
            if (read.malformed() != null) {
                found(read, null, " was answered with a 200 and no lists: " + read.malformed(), findings);
            }
        }
        for (Operation operation : run.operations()) {
            if (operation.invalid() && operation.isAcknowledged()) {
                found(operation, operation.text(), " is invalid, and was acknowledged", findings);
            }
        }
    }

    private static void found(Request request, String text, String what, Findings findings) {
        findings.violation(
                Violation.Kind.FALSE_SUCCESS,
                request.asked() + " " + request.sent(),
                new Violation(
                        Violation.Kind.FALSE_SUCCESS,
                        text,
                        request.sent(),
                        request.what() + ", sent to " + request.asked() + " at " + Seconds.of(request.sent()) + ","
                                + what));
    }
}
