package microservices.system.torture;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import microservices.system.history.Operation;
import microservices.system.history.PostedMessage;

/**
 * How many messages a batch had, as their ids tell: those of one batch share all of the id but their place in it, which
 * is the first 12 of the 62 last random bits of a UUID of version 7.
 */
final class BatchSize {

    private static final long PLACE = 0xFFFL << 50;

    private BatchSize() {}

    /** The average over the acknowledged messages; 0 if there are none. */
    static double average(List<PostedMessage> messages) {
        Set<UUID> batches = new HashSet<>();
        int acknowledged = 0;
        for (PostedMessage message : messages) {
            Optional<UUID> id = message == null
                    ? Optional.empty()
                    : message.acknowledgement().flatMap(BatchSize::id);
            if (id.isPresent()) {
                acknowledged++;
                batches.add(new UUID(id.get().getMostSignificantBits(), id.get().getLeastSignificantBits() & ~PLACE));
            }
        }
        return acknowledged == 0 ? 0 : (double) acknowledged / batches.size();
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
