package microservices.system.check;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Operation;
import microservices.system.history.PostedMessage;
import microservices.system.history.Seconds;

/**
 * A message has one id, and an id and a key have one message: whatever is retried with a key is acknowledged with the
 * same id, and a 409 comes only where the key had another text.
 */
final class IdentityRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        checkIds(run, findings);
        checkMessages(run, findings);
        checkKeys(run, findings);
    }

    private static void checkIds(HistorySnapshot run, Findings findings) {
        Map<String, Operation> byId = new HashMap<>();
        for (Operation operation : run.operations()) {
            if (!operation.isAcknowledged()) {
                continue;
            }
            if (operation.id() == null || operation.id().isBlank()) {
                found(findings, operation, operation.what() + " was acknowledged without an id");
                continue;
            }
            Operation other = byId.putIfAbsent(operation.id(), operation);
            if (other != null && !other.text().equals(operation.text())) {
                found(findings, operation, "id " + operation.id() + " was acknowledged for " + both(other, operation));
            }
        }
    }

    private static void checkMessages(HistorySnapshot run, Findings findings) {
        DueRefusals refusals = new DueRefusals(run.operations());
        for (PostedMessage message : run.messages()) {
            if (message == null) {
                continue;
            }
            for (Operation operation : message.operations()) {
                if (operation.isConflict() && !refusals.isDue(operation)) {
                    found(
                            findings,
                            operation,
                            operation.what() + " was refused at " + Seconds.of(operation.answered()) + " as if key "
                                    + operation.key() + " had another text");
                }
            }
            if (message.operations().size() > 1) {
                checkRetries(message, findings);
            }
        }
    }

    private static void checkRetries(PostedMessage message, Findings findings) {
        Set<String> ids = new HashSet<>();
        Set<String> keys = new HashSet<>();
        int standing = 0;
        for (Operation operation : message.operations()) {
            if (operation.isAcknowledged() && operation.id() != null) {
                ids.add(operation.id());
            }
            if (!operation.leavesNothing()) {
                standing++;
                keys.add(operation.key());
            }
        }
        if (ids.size() > 1) {
            found(
                    findings,
                    message.acknowledgement().orElseThrow(),
                    message.describe() + " was acknowledged with several ids: " + ids);
        }
        if (standing > 1 && (keys.size() > 1 || keys.contains(null))) {
            findings.invalid("'" + message.text() + "' was posted more than once, and not with one key: " + keys);
        }
    }

    /** Of the texts that were posted with a key, one at most was acknowledged or was ever read. */
    private static void checkKeys(HistorySnapshot run, Findings findings) {
        BitSet read = new BitSet();
        run.readings().forEach(reading -> read.or(reading.texts()));
        Map<String, Operation> byKey = new HashMap<>();
        for (int number = 0; number < run.messages().size(); number++) {
            PostedMessage message = run.messages().get(number);
            if (message != null) {
                checkKeys(message, read.get(number), byKey, findings);
            }
        }
    }

    private static void checkKeys(
            PostedMessage message, boolean isRead, Map<String, Operation> byKey, Findings findings) {
        for (Operation operation : message.operations()) {
            boolean stands = operation.isAcknowledged() || (!operation.leavesNothing() && isRead);
            if (operation.key() == null || !stands) {
                continue;
            }
            Operation other = byKey.putIfAbsent(operation.key(), operation);
            if (other != null && !other.text().equals(operation.text())) {
                found(findings, operation, "key " + operation.key() + " stands for " + both(other, operation));
            }
        }
    }

    private static String both(Operation one, Operation other) {
        return "'" + one.text() + "' (" + one.facade() + ", " + Seconds.of(one.answered()) + ") and '" + other.text()
                + "' (" + other.facade() + ", " + Seconds.of(other.answered()) + ")";
    }

    private static void found(Findings findings, Operation operation, String sentence) {
        Duration at = operation.answered();
        findings.violation(Violation.Kind.IDENTITY, operation.text(), at, sentence);
    }
}
