package microservices.system.check;

import java.util.List;

/**
 * What the checker says of a run. A run that is invalid shows nothing, and so has not passed either.
 *
 * @param invalid why the run proves nothing, even without a violation
 * @param rows one for each fault, in the order of their first strikes
 * @param total the whole run, with what was posted before the first strike
 */
public record Verdict(List<Violation> violations, List<String> invalid, List<FaultRow> rows, FaultRow total) {

    public boolean passed() {
        return violations.isEmpty() && invalid.isEmpty();
    }
}
