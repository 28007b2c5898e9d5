package microservices.logging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import microservices.cluster.ClusterMember;
import microservices.cluster.ConfirmedMap;
import microservices.cluster.Written;
import microservices.concurrent.Deadline;
import microservices.message.Batch;
import microservices.message.IdList;
import microservices.message.KeyedBatch;
import microservices.message.Refusal;

/**
 * The log: one map of batches that all logging replicas share. What is written is in three of them (or in all that
 * there are) when {@link #write} returns, and writing it again changes nothing.
 */
final class LogStore {

    /** For one attempt of a write: a little more than it takes to know that copies were not confirmed. */
    private static final Duration ATTEMPT = Duration.ofMillis(1100);
    /** For all of it: less than a facade waits for its answer. */
    private static final Duration PATIENCE = ATTEMPT.multipliedBy(2);

    private final ClusterMember member;
    private final ConfirmedMap<Object, Batch> log;
    private final LogReader reader;

    /** Opens nothing yet. */
    LogStore(ClusterMember member) {
        this.member = member;
        // A facade that gets no answer asks another replica, which may see more members than this one.
        this.log = new ConfirmedMap<>(member, LogCluster.LOG, ATTEMPT, false);
        this.reader = new LogReader(log, member::changes);
    }

    /**
     * Writes batches, each once however often it is sent with the same key: under the id that it had the first time.
     *
     * @return for each, in order, the id under which it stands in the log; empty if its key belongs to another text
     * @throws Refusal 503 if it is not known to have happened
     */
    List<Optional<UUID>> write(List<KeyedBatch> batches) {
        return log.write(batches.stream().map(LogWrite::new).toList(), Deadline.in(PATIENCE)).stream()
                .map(Written::id)
                .toList();
    }

    /**
     * Batches by their ids, for one who delivers them: each is written once more, so that all copies have it. What one copy
     * alone has may still be lost, and its key may be given to another attempt then.
     *
     * @return those of the first ids that fit into a page, at least one
     * @throws Refusal 503 if one of them is not known to be in all copies
     */
    List<Batch> confirm(IdList ids) {
        List<KeyedBatch> found = reader.read(ids);
        List<Optional<UUID>> written = write(found);
        List<Batch> confirmed = new ArrayList<>(found.size());
        for (int i = 0; i < found.size(); i++) {
            Batch batch = found.get(i).batch();
            confirmed.add(written.get(i)
                    .map(batch::withId)
                    .orElseThrow(() -> Refusal.unknown("the log has changed; send the request again")));
        }
        return confirmed;
    }

    LogReader reader() {
        return reader;
    }

    /** Whether enough members are seen to take writes; if not, others may have taken some. */
    boolean writable() {
        return member.writable();
    }
}
