package microservices.system.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the rules found: one violation for each kind and subject, however often it was seen. */
final class Findings {

    private final Map<List<Object>, Found> violations = new LinkedHashMap<>();
    private final List<String> invalid = new ArrayList<>();

    private static final class Found {
        private Violation first;
        private int times;
    }

    /** A violation about a message. */
    void violation(Violation.Kind kind, String text, Duration at, String sentence) {
        violation(List.of(kind, text), new Violation(kind, text, at, sentence));
    }

    /** A violation about something else; those with the same subject are told together. */
    void violation(Violation.Kind kind, Object subject, Violation violation) {
        violation(List.of(kind, subject), violation);
    }

    private void violation(List<Object> key, Violation violation) {
        Found found = violations.computeIfAbsent(key, unknown -> new Found());
        found.times++;
        if (found.first == null || violation.at().compareTo(found.first.at()) < 0) {
            found.first = violation;
        }
    }

    void invalid(String reason) {
        invalid.add(reason);
    }

    List<Violation> violations() {
        return violations.values().stream().map(Findings::told).toList();
    }

    private static Violation told(Found found) {
        Violation first = found.first;
        if (found.times == 1) {
            return first;
        }
        return new Violation(
                first.kind(),
                first.text(),
                first.at(),
                first.sentence() + " (the first of " + found.times + " such sightings)");
    }

    List<String> invalid() {
        return List.copyOf(invalid);
    }
}
