package microservices.system.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All operations of one text, which together are one message: acknowledged if any of them was, refused if none can have
 * left anything.
 */
public final class PostedMessage {

    private final List<Operation> operations;
    private final Outcome outcome;
    private final Operation acknowledgement;
    private final Duration settled;

    /** @param operations at least one, all with the same text, earliest sent first */
    PostedMessage(List<Operation> operations) {
        this.operations = operations;
        Operation acknowledged = null;
        Duration last = Duration.ZERO;
        boolean refused = true;
        for (Operation operation : operations) {
            boolean earlier = acknowledged == null || operation.answered().compareTo(acknowledged.answered()) < 0;
            if (operation.isAcknowledged() && earlier) {
                acknowledged = operation;
            }
            last = operation.answered().compareTo(last) > 0 ? operation.answered() : last;
            refused &= operation.leavesNothing();
        }
        this.acknowledgement = acknowledged;
        this.settled = acknowledged == null ? last : acknowledged.answered();
        this.outcome = acknowledged != null ? Outcome.ACKNOWLEDGED : refused ? Outcome.REFUSED : Outcome.UNKNOWN;
    }

    /** The same message with one more attempt. */
    PostedMessage with(Operation operation) {
        List<Operation> all = new ArrayList<>(operations.size() + 1);
        all.addAll(operations);
        all.add(operation);
        all.sort(Comparator.comparing(Operation::sent));
        return new PostedMessage(List.copyOf(all));
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
