package microservices.ledger;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How much the ledger has.
 *
 * @param batches how many batches
 * @param waitingBatches how many of these no live replica holds
 * @param held how many messages each of the live replicas holds, by its holder id; none that holds nothing
 * @param waiting how many messages no live replica holds
 * @param oldestWaiting the oldest batch of these, if there is one
 */
public record LedgerCounts(
        long batches, long waitingBatches, Map<UUID, Long> held, long waiting, Optional<UUID> oldestWaiting) {

    public LedgerCounts {
        held = Map.copyOf(held);
    }

    /** How many messages there are. */
    public long messages() {
        return waiting + held.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many messages a replica holds. */
    public long heldBy(UUID holder) {
        return held.getOrDefault(holder, 0L);
    }
}
