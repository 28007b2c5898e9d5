package microservices.system.torture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import microservices.system.history.Operation;
import microservices.system.history.PostedMessage;

/**
 * How many messages a batch had, as their ids tell: those of one batch share all of the id but their place in it, which
 * is the first 12 of the 62 last random bits of a UUID of version 7.
 */
final class BatchSize {

    private static final long PLACE = 0xFFFL << 50;

    private final Map<UUID, Integer> messagesByBatch = new HashMap<>();

    /** Counts the acknowledged messages. */
    BatchSize(List<PostedMessage> messages) {
        for (PostedMessage message : messages) {
            if (message != null) {
                message.acknowledgement()
                        .flatMap(BatchSize::id)
                        .ifPresent(id -> messagesByBatch.merge(batchOf(id), 1, Integer::sum));
            }
        }
    }

    private static UUID batchOf(UUID id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() & ~PLACE);
    }

    /** The average over all batches; 0 if there are none. */
    double average() {
        return averageFrom(1);
    }

    /** The same without the batches of one. */
    double averageOfShared() {
        return averageFrom(2);
    }

    private double averageFrom(int least) {
        return messagesByBatch.values().stream()
                .filter(messages -> messages >= least)
                .mapToInt(Integer::intValue)
                .average()
                .orElse(0);
    }

    /** Empty if it is no UUID, of which the check tells. */
    private static Optional<UUID> id(Operation acknowledgement) {
        try {
            return Optional.ofNullable(acknowledgement.id()).map(UUID::fromString);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
