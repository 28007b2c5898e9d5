package microservices.ledger;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.query.Predicate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import microservices.cluster.ClusterCall;
import microservices.cluster.ClusterMember;
import microservices.cluster.ConfirmedMap;
import microservices.cluster.MemberConfig;
import microservices.concurrent.Deadline;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.IdList;

/**
 * The truth about which replica holds which batch, under the queue that may lose or repeat. Every decision is one atomic
 * operation on one entry, and every operation may be repeated. See RATIONALE.md.
 */
public final class Ledger {

    /** The map: batch id to {@link Entry}. */
    private static final String NAME = "ledger";

    /** For what is not a promise to a client; two fit into the 10 s within which a client has its answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** For one attempt of a write: a little more than it takes to know that copies were not confirmed. */
    private static final Duration ATTEMPT = Duration.ofMillis(2500);

    private static final String LOOKING = "looking through the ledger";

    private final ConfirmedMap<UUID, Entry> entries;

    /** Opens nothing yet. */
    public Ledger(ClusterMember member) {
        this.entries = new ConfirmedMap<>(member, NAME, ATTEMPT, true);
    }

    /**
     * Adds the ledger to a member's configuration.
     *
     * @param backups how many copies it has beside the first
     */
    public static void addTo(Config config, int backups) {
        LedgerType.TYPES.addTo(config);
        config.addMapConfig(new MapConfig(NAME)
                .setBackupCount(backups)
                .setStatisticsEnabled(false)
                // An entry is only ever touched by entry processors, which need it as an object.
                .setInMemoryFormat(InMemoryFormat.OBJECT)
                .setMergePolicyConfig(MemberConfig.merge(MergeHolders.class))
                .setSplitBrainProtectionName(MemberConfig.ENOUGH_MEMBERS));
    }

    /**
     * Writes batches that nobody holds yet. When this returns they are there in all copies, and those that are in the log
     * will be delivered even if they are never offered.
     *
     * @throws Refusal 503 if that is not known; to be repeated
     */
    public void register(List<Batch> batches, Deadline deadline) {
        begin(batches, deadline).await();
    }

    /** Begins to {@link #register} batches; to be followed by {@link Registration#await}. */
    public Registration begin(List<Batch> batches, Deadline deadline) {
        ConfirmedMap<UUID, Entry>.Writing writing =
                entries.begin(batches.stream().map(Register::new).toList(), deadline);
        return writing::await;
    }

    /** Batches that are being registered. */
    public interface Registration {
        /**
         * Waits until they are there in all copies.
         *
         * @throws Refusal 503 if that is not known; to be repeated
         */
        void await();
    }

    /**
     * Takes batches out that nobody holds, as if they had never been registered.
     *
     * @return which of them it has taken out
     * @throws Refusal 503 if it is not known what was taken out
     */
    public Set<UUID> withdraw(Collection<UUID> ids) {
        Map<UUID, Boolean> withdrawn = ClusterCall.await(
                entries.map().submitToKeys(new HashSet<>(ids), new Withdraw()), PATIENCE, "withdrawing batches");
        withdrawn.values().removeIf(there -> !there);
        return withdrawn.keySet();
    }

    /**
     * Claims batches for a holder.
     *
     * @return those that it holds now, in the order of acceptance; the others are another one's, or unknown
     * @throws Refusal 503 if it is not known what was won; to be repeated
     */
    public List<Batch> claim(Collection<UUID> ids, UUID holder) {
        Map<UUID, Batch> won = ClusterCall.await(
                entries.map().submitToKeys(new HashSet<>(ids), new Claim(holder)), PATIENCE, "claiming");
        return won.values().stream()
                .filter(Objects::nonNull)
                .sorted((a, b) -> BatchIds.ORDER.compare(a.id(), b.id()))
                .toList();
    }

    /**
     * Confirms batches that a holder has in its list; what the ledger has lost is written anew.
     *
     * @return the ids of those that it does not hold, since another one does
     * @throws Refusal 503 if it is not known what was confirmed; to be repeated
     */
    public Set<UUID> confirm(List<Batch> held, UUID holder) {
        List<CompletionStage<Boolean>> calls = new ArrayList<>();
        for (Batch batch : held) {
            calls.add(entries.map().submitToKey(batch.id(), new Confirm(holder, batch)));
        }
        List<Boolean> confirmed = ClusterCall.awaitAll(calls, Deadline.in(PATIENCE), "confirming");
        Set<UUID> others = new HashSet<>();
        for (int i = 0; i < held.size(); i++) {
            if (!confirmed.get(i)) {
                others.add(held.get(i).id());
            }
        }
        return others;
    }

    /** How many messages a holder holds. */
    public long countHeldBy(UUID holder) {
        return ClusterCall.call(() -> entries.map().aggregate(new CountMessages(), new HeldBy(holder)), LOOKING);
    }

    /** The ids of the batches that nobody holds. */
    public IdList waiting() {
        return heldBy(null);
    }

    /** How many messages wait: nobody holds them. */
    public long countWaiting() {
        return countHeldBy(null);
    }

    /**
     * How much there is, and who of the live holders holds it. Looks at each entry, as little as it can.
     *
     * @throws Refusal 503 if it cannot be found out
     */
    public LedgerCounts counts(Set<UUID> live) {
        return ClusterCall.call(() -> entries.map().aggregate(new CountAll(live)), LOOKING);
    }

    /** The ids of the batches that a holder holds. */
    public IdList heldBy(UUID holder) {
        CollectIds all = new CollectIds(BatchIds.FIRST, BatchIds.LAST);
        return ClusterCall.call(() -> entries.map().aggregate(all, new HeldBy(holder)), LOOKING);
    }

    /** The ids of all batches between two, both included. */
    public IdList between(UUID first, UUID last) {
        return ClusterCall.call(() -> entries.map().aggregate(new CollectIds(first, last)), LOOKING);
    }

    /** The batches in this member's share of the ledger that none of the given holders holds. Reads no texts. */
    public Map<UUID, Holding> localNotHeldBy(Set<UUID> live) {
        return local(new NotHeldBy(live));
    }

    /** The batches in this member's share of the ledger that nobody holds. Reads no texts. */
    public Map<UUID, Holding> localWaiting() {
        return local(new HeldBy(null));
    }

    private Map<UUID, Holding> local(Predicate<UUID, Entry> which) {
        Set<UUID> ids = ClusterCall.call(() -> entries.map().localKeySet(which), LOOKING);
        if (ids.isEmpty()) {
            return Map.of();
        }
        return holdings(ids);
    }

    /**
     * A batch by its id; empty if the ledger does not have it.
     *
     * @throws Refusal 503 if it cannot be found out
     */
    public Optional<HeldBatch> find(UUID id) {
        return Optional.ofNullable(ClusterCall.await(entries.map().getAsync(id), PATIENCE, "looking into the ledger"))
                .map(entry -> new HeldBatch(entry.batch(), Optional.ofNullable(entry.holder())));
    }

    /**
     * Who holds batches. Reads no texts.
     *
     * @return of each that the ledger has
     * @throws Refusal 503 if it cannot be found out
     */
    public Map<UUID, Holding> holdings(Set<UUID> ids) {
        Map<UUID, Holding> holdings =
                ClusterCall.await(entries.map().submitToKeys(ids, new ReadHolder()), PATIENCE, LOOKING);
        holdings.values().removeIf(Objects::isNull);
        return holdings;
    }

    /**
     * Takes batches away from holders that are gone.
     *
     * @return of each that nobody holds now, how many messages it has
     */
    public Map<UUID, Integer> release(Collection<UUID> ids, Set<UUID> gone) {
        Map<UUID, Integer> released = ClusterCall.await(
                entries.map().submitToKeys(new HashSet<>(ids), new Release(gone)), PATIENCE, "releasing batches");
        released.values().removeIf(Objects::isNull);
        return released;
    }
}
