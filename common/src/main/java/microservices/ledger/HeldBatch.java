package microservices.ledger;

import java.util.Optional;
import java.util.UUID;
import microservices.message.Batch;

/**
 * A batch of the ledger.
 *
 * @param holder empty while no replica holds it
 */
public record HeldBatch(Batch batch, Optional<UUID> holder) {}
