package microservices.system.history;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All operations of one text, which together are one message: acknowledged if any of them was, refused if none can have
 * left anything.
 */
public final class PostedMessage {

    private static final Comparator<Operation> BY_ANSWER = Comparator.comparing(Operation::answered);

    private final List<Operation> operations;
    private final Outcome outcome;
    private final Operation acknowledgement;
    private final Duration settled;

    /** At least one operation, all with the same text. */
    PostedMessage(List<Operation> operations) {
        this.operations = operations.stream()
                .sorted(Comparator.comparing(Operation::sent))
                .toList();
        this.acknowledgement = operations.stream()
                .filter(Operation::isAcknowledged)
                .min(BY_ANSWER)
                .orElse(null);
        boolean refused = operations.stream().allMatch(Operation::leavesNothing);
        if (acknowledgement != null) {
            this.outcome = Outcome.ACKNOWLEDGED;
            this.settled = acknowledgement.answered();
        } else {
            this.outcome = refused ? Outcome.REFUSED : Outcome.UNKNOWN;
            this.settled = operations.stream().max(BY_ANSWER).orElseThrow().answered();
        }
    }

    public String text() {
        return operations.get(0).text();
    }

    /** Earliest sent first. */
    public List<Operation> operations() {
        return operations;
    }

    public Outcome outcome() {
        return outcome;
    }

    public Duration sent() {
        return operations.get(0).sent();
    }

    /** The operation that was acknowledged, the earliest if several were. */
    public Optional<Operation> acknowledgement() {
        return Optional.ofNullable(acknowledgement);
    }

    /** When its outcome was first known: it was acknowledged, or the last attempt had failed. */
    public Duration settled() {
        return settled;
    }

    public boolean isAcknowledgedBy(Duration time) {
        return acknowledgement != null && acknowledgement.answered().compareTo(time) <= 0;
    }

    public String describe() {
        if (acknowledgement != null) {
            return "'" + text() + "' (id " + acknowledgement.id() + ", acknowledged by " + acknowledgement.facade()
                    + " at " + Seconds.of(settled) + ")";
        }
        return "'" + text() + "' (" + (outcome == Outcome.REFUSED ? "refused" : "unknown") + " with status "
                + operations.get(operations.size() - 1).status() + ", sent at " + Seconds.of(sent()) + ")";
    }
}
