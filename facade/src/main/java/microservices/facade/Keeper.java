package microservices.facade;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.concurrent.Deadline;
import microservices.facade.Gathering.Part;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.queue.QueueRoom;
import microservices.recent.Recent;
import microservices.recent.RecentBatches;
import microservices.service.LogOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps batches: in the log first, then in the ledger, so that nothing is delivered that was not logged. When
 * {@link #keep} returns, the promise of a 201 holds for each of them that has an id. What an earlier attempt has left half
 * done is finished: every place takes the same batch again, and has it once.
 */
final class Keeper implements Batches.Step {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    /** For all of it: below the 9 s for which a request waits. */
    private static final Duration PATIENCE = Duration.ofMillis(8500);

    private final ClusterMember member;
    private final MemoryGuard memory;
    private final QueueRoom room;
    private final LogClient log;
    private final Ledger ledger;
    private final Offers offers;
    private final RecentBatches recent;
    private final Runnable inDoubt;

    /** @param inDoubt called when a batch may be in the log and not in the ledger; returns at once */
    Keeper(
            ClusterMember member,
            MemoryGuard memory,
            QueueRoom room,
            LogClient log,
            Ledger ledger,
            Offers offers,
            RecentBatches recent,
            Runnable inDoubt) {
        this.member = member;
        this.memory = memory;
        this.room = room;
        this.log = log;
        this.ledger = ledger;
        this.offers = offers;
        this.recent = recent;
        this.inDoubt = inDoubt;
    }

    @Override
    public List<Optional<UUID>> keep(List<Part> parts) {
        Deadline deadline = Deadline.in(PATIENCE);
        checkRoom(
                Math.max(1, parts.stream().mapToInt(part -> part.batch().size()).sum()));

        List<Optional<UUID>> ids = write(parts);
        List<Batch> logged = logged(parts, ids);
        if (!logged.isEmpty()) {
            register(logged, deadline);
            offers.add(logged.stream().map(Batch::id).toList());
            recent.add(Recent.Kind.ACCEPTED, logged);
            LogOutput.atOnce(() -> logged.forEach(Keeper::tell));
        }
        return ids;
    }

    /** One line for a batch, in which each of its messages can be found by its id. */
    private static void tell(Batch batch) {
        if (LOG.isInfoEnabled() && batch.size() > 0) {
            LOG.info("Kept messages: {}", identifiers(batch));
        }
    }

    static String identifiers(Batch batch) {
        StringBuilder ids = new StringBuilder();
        for (int place = 0; place < batch.size(); place++) {
            ids.append(place == 0 ? "" : " ")
                    .append("identifier='")
                    .append(BatchIds.message(batch.id(), place))
                    .append('\'');
        }
        return ids.toString();
    }

    private List<Optional<UUID>> write(List<Part> parts) {
        try {
            return log.write(parts);
        } catch (Refusal e) {
            if (!e.nothingWritten()) {
                inDoubt.run();
            }
            throw e;
        }
    }

    private void register(List<Batch> logged, Deadline deadline) {
        try {
            ledger.register(logged, deadline);
        } catch (Refusal e) {
            inDoubt.run();
            throw e.afterAWrite(); // the log has it
        }
    }

    /** The batches that stand in the log, each once, under the ids that they have there. */
    static List<Batch> logged(List<Part> parts, List<Optional<UUID>> ids) {
        Map<UUID, Batch> batches = new LinkedHashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            Batch batch = parts.get(i).batch();
            ids.get(i).ifPresent(id -> batches.putIfAbsent(id, batch.withId(id)));
        }
        return new ArrayList<>(batches.values());
    }

    /** Whatever is missing here, nothing has been written. */
    private void checkRoom(int messages) {
        if (!member.established()) {
            throw Refusal.notNow("this replica has not joined its cluster yet; send the request again");
        }
        try {
            memory.checkRoom();
            room.check(messages);
        } catch (Refusal e) {
            throw Refusal.notNow(e.getMessage());
        }
    }
}
