package microservices.facade;

import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import microservices.facade.Gathering.Part;
import microservices.metrics.Metrics;

/** Counts how many messages the batches have that are kept. */
final class BatchSizes implements Batches.Step {

    private static final double[] BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

    private final Batches.Step step;
    private final Histogram sizes;

    /** @param step keeps them */
    BatchSizes(Batches.Step step, Metrics metrics) {
        this.step = step;
        this.sizes = metrics.histogram(
                "message_service_batch_messages", "Messages in a batch that this facade had kept.", BOUNDS);
    }

    @Override
    public List<Optional<UUID>> keep(List<Part> parts) {
        List<Optional<UUID>> ids = step.keep(parts);
        parts.forEach(part -> sizes.observe(part.batch().size()));
        return ids;
    }
}
