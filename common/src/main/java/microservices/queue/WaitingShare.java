package microservices.queue;

import java.util.Map;
import java.util.UUID;
import microservices.ledger.Holding;
import microservices.message.BatchIds;

/**
 * What waits in one member's share of the ledger.
 *
 * @param messages that nobody holds
 * @param oldestSeconds how long the oldest of them has waited, by this clock and that of its facade; 0 if none waits
 */
record WaitingShare(long messages, double oldestSeconds) {

    /** @param unheld batches that nobody holds, and others, which do not count */
    static WaitingShare of(Map<UUID, Holding> unheld) {
        long now = System.currentTimeMillis();
        long messages = 0;
        long oldest = now;
        for (Map.Entry<UUID, Holding> batch : unheld.entrySet()) {
            if (batch.getValue().holder().isEmpty()) {
                messages += batch.getValue().messages();
                oldest = Math.min(oldest, BatchIds.time(batch.getKey()).toEpochMilli());
            }
        }
        return new WaitingShare(messages, (now - oldest) / 1000.0);
    }
}
