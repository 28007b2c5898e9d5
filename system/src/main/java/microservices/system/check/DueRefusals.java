package microservices.system.check;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import microservices.system.history.Operation;

/** Which refusals had to be: the 400 of an invalid post, and the 409 of a text whose key had another one. */
final class DueRefusals {

    private static final int BAD_REQUEST = 400;

    /** By key, when each text was first sent that may stand for it. */
    private final Map<String, Map<String, Duration>> sentByKey = new HashMap<>();

    DueRefusals(List<Operation> operations) {
        for (Operation operation : operations) {
            if (operation.key() != null && !operation.leavesNothing()) {
                sentByKey
                        .computeIfAbsent(operation.key(), key -> new HashMap<>())
                        .merge(
                                operation.text(),
                                operation.sent(),
                                (one, other) -> one.compareTo(other) <= 0 ? one : other);
            }
        }
    }

    boolean isDue(Operation operation) {
        return operation.invalid() ? operation.status() == BAD_REQUEST : isDueConflict(operation);
    }

    /** Whether somebody had sent another text with the key by then. */
    private boolean isDueConflict(Operation operation) {
        return operation.isConflict()
                && sentByKey.getOrDefault(operation.key(), Map.of()).entrySet().stream()
                        .anyMatch(other -> !other.getKey().equals(operation.text())
                                && other.getValue().compareTo(operation.answered()) <= 0);
    }
}
