package microservices.messages;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import microservices.cluster.ClusterMember;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.recent.Recent;
import microservices.recent.RecentBatches;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what this replica has in its list with what the ledger says that it holds, and makes them equal: it lets go
 * of what another replica holds by now, as happens when it was cut off for a while, and takes what is its own. Runs on
 * the consumer's thread, so that no claim is under way meanwhile: whenever a member has come, gone or merged, and now
 * and then, when it costs one count unless the counts differ.
 */
final class HoldingCheck {

    private static final Logger LOG = LoggerFactory.getLogger(HoldingCheck.class);

    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final int CHUNK = 64;

    private final ClusterMember member;
    private final Ledger ledger;
    private final MessageStore store;
    private final RecentBatches recent;
    private final UUID holder;

    /** After how many merges the whole list was last compared. */
    private volatile int compared;

    private final AtomicBoolean changed = new AtomicBoolean(true);
    private long last = System.nanoTime();

    HoldingCheck(ClusterMember member, Ledger ledger, MessageStore store, RecentBatches recent, UUID holder) {
        this.member = member;
        this.ledger = ledger;
        this.store = store;
        this.recent = recent;
        this.holder = holder;
        member.onChange(() -> changed.set(true));
    }

    /**
     * Returns the batches that this replica has come to hold by it, usually none.
     *
     * @throws microservices.message.Refusal 503 if the ledger cannot be asked; the check stays due
     */
    List<Batch> runIfDue() {
        int merges = member.merges();
        boolean whole = changed.getAndSet(false);
        if (!whole && System.nanoTime() - last < PERIOD.toNanos()) {
            return List.of();
        }
        try {
            List<Batch> taken = whole || ledger.countHeldBy(holder) != store.size() ? compare() : List.of();
            last = System.nanoTime();
            compared = whole ? merges : compared;
            return taken;
        } catch (RuntimeException e) {
            changed.set(true);
            throw e;
        }
    }

    /** Whether the list has been compared since this replica was last apart from others. */
    boolean isCurrent() {
        return compared == member.merges();
    }

    private List<Batch> compare() {
        Set<UUID> own = ledger.heldBy(holder).toSet();
        List<Batch> listed = store.batches();
        letGo(listed.stream().filter(batch -> !own.contains(batch.id())).toList());
        listed.forEach(batch -> own.remove(batch.id()));
        List<UUID> missing = List.copyOf(own);
        List<Batch> taken = new ArrayList<>();
        for (int from = 0; from < missing.size(); from += CHUNK) {
            List<UUID> chunk = missing.subList(from, Math.min(missing.size(), from + CHUNK));
            taken.addAll(ledger.claim(chunk, holder));
        }
        // All of them or none: those in the store that were not returned would never be told of.
        return store.add(taken);
    }

    private void letGo(List<Batch> doubtful) {
        Set<UUID> others = new HashSet<>();
        for (int from = 0; from < doubtful.size(); from += CHUNK) {
            others.addAll(ledger.confirm(doubtful.subList(from, Math.min(doubtful.size(), from + CHUNK)), holder));
        }
        if (!others.isEmpty()) {
            store.remove(others);
            recent.add(
                    Recent.Kind.LET_GO,
                    doubtful.stream()
                            .filter(batch -> others.contains(batch.id()))
                            .toList());
            LOG.info("Let go of {} batches that another replica holds by now", others.size());
        }
    }
}
