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
 * Keeps batches: in the log and in the ledger, side by side. They are offered once they are in both, so that nothing is
 * delivered that was not logged. When {@link #keep} returns, the promise of a 201 holds for each of them that has an id. What
 * an earlier attempt has left half done is finished: every place takes the same batch again, and has it once.
 */
final class Keeper implements Batches.Step {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    /** For all of it: below the 9 s for which a request waits. */
    static final Duration PATIENCE = Duration.ofMillis(8500);

    private final ClusterMember member;
    private final MemoryGuard memory;
    private final QueueRoom room;
    private final LogClient log;
    private final Ledger ledger;
    private final Offers offers;
    private final RecentBatches recent;
    private final Runnable inDoubt;
    private final Duration patience;

    /**
     * @param inDoubt called when a batch may be in the log and not in the ledger; returns at once
     * @param patience for all of it, {@link #PATIENCE} but in tests
     */
    Keeper(
            ClusterMember member,
            MemoryGuard memory,
            QueueRoom room,
            LogClient log,
            Ledger ledger,
            Offers offers,
            RecentBatches recent,
            Runnable inDoubt,
            Duration patience) {
        this.member = member;
        this.memory = memory;
        this.room = room;
        this.log = log;
        this.ledger = ledger;
        this.offers = offers;
        this.recent = recent;
        this.inDoubt = inDoubt;
        this.patience = patience;
    }

    @Override
    public List<Optional<UUID>> keep(List<Part> parts) {
        Deadline deadline = Deadline.in(patience);
        checkRoom(
                Math.max(1, parts.stream().mapToInt(part -> part.batch().size()).sum()));

        List<Batch> early = withoutKeys(parts);
        Ledger.Registration registration = ledger.begin(early, deadline);
        List<Optional<UUID>> ids = write(parts, early, registration, deadline);
        List<Batch> logged = logged(parts, ids);
        if (!logged.isEmpty()) {
            List<Batch> late =
                    logged.stream().filter(batch -> !early.contains(batch)).toList();
            register(late, registration, deadline);
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

    /** Those whose id is known before they are logged; with a key, it may be another one's. */
    private static List<Batch> withoutKeys(List<Part> parts) {
        return parts.stream()
                .filter(part -> part.key().isEmpty())
                .map(Part::batch)
                .toList();
    }

    private List<Optional<UUID>> write(
            List<Part> parts, List<Batch> early, Ledger.Registration registration, Deadline deadline) {
        try {
            return log.write(parts);
        } catch (Refusal e) {
            withdraw(early, registration, deadline);
            if (!e.nothingWritten()) {
                inDoubt.run();
            }
            throw e;
        }
    }

    /** Takes out of the ledger what is not known to be logged; if it is all the same, the comparison brings it back. */
    private void withdraw(List<Batch> early, Ledger.Registration registration, Deadline deadline) {
        if (early.isEmpty() || deadline.passed()) {
            return;
        }
        try {
            registration.await();
            ledger.withdraw(early.stream().map(Batch::id).toList());
        } catch (RuntimeException e) {
            LOG.debug(
                    "What was not logged is left to be withdrawn later", e); // its client is told of the first failure
        }
    }

    /**
     * Has them registered in time: after that, a batch that was not seen in the log may have been withdrawn.
     *
     * @param late those that are not being registered yet
     */
    private void register(List<Batch> late, Ledger.Registration early, Deadline deadline) {
        try {
            if (!late.isEmpty()) {
                ledger.register(late, deadline);
            }
            early.await();
            if (deadline.passed()) {
                throw Refusal.unknown("keeping the message took too long; it may or may not appear");
            }
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
