package microservices.ledger;

import com.hazelcast.aggregation.Aggregators;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.PartitioningStrategyConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitioningStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import microservices.cluster.ClusterCall;
import microservices.cluster.ClusterMember;
import microservices.cluster.CopiedWrite;
import microservices.cluster.MemberConfig;
import microservices.message.Message;
import microservices.message.MessageIds;

/**
 * The truth about who holds which message, under the queue that may lose or repeat. Every decision is one atomic
 * operation on one entry, kept in four copies, and every operation may be repeated. See RATIONALE.md.
 */
public final class Ledger {

    /** One attempt is given up after this long, so that two fit into the 10 s within which a client has its answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    /** Message id to {@link Entry}. */
    public static final String NAME = "ledger";

    private final IMap<String, Entry> entries;
    private final CopiedWrite<Entry, String, Integer> register;

    public Ledger(HazelcastInstance hazelcast) {
        this.entries = hazelcast.getMap(NAME);
        this.register = new CopiedWrite<>(entries, Register::new, "writing the ledger");
    }

    /** Adds the ledger to a member's configuration. */
    public static void addTo(Config config, int backups) {
        PartitioningStrategy<Object> byBatch = id -> MessageIds.batchOf((String) id);
        config.getSerializationConfig()
                .addDataSerializableFactory(LedgerSerialization.FACTORY_ID, new LedgerSerialization());
        config.addMapConfig(new MapConfig(NAME)
                .setBackupCount(backups)
                // An entry is only ever touched by entry processors, which need it as an object.
                .setInMemoryFormat(InMemoryFormat.OBJECT)
                .setMergePolicyConfig(MemberConfig.merge(MergeHolders.class))
                .setPartitioningStrategyConfig(new PartitioningStrategyConfig(byBatch))
                .setSplitBrainProtectionName(MemberConfig.ENOUGH_MEMBERS));
    }

    /**
     * Writes messages that nobody holds yet: one operation for each batch that the ids are of, since each is sent with
     * all the texts that it has to write, and so are its copies.
     *
     * @return how many members those who wrote it see, the least of them; see {@link ClusterMember#writeAllCopies}
     * @throws Refusal 503 if it is not known to have happened in all copies
     */
    public int register(Collection<Message> messages, Duration patience) {
        return CopiedWrite.leastSeen(register.write(MessageIds.textsByBatch(messages), patience), Integer::intValue);
    }

    /** Those of the messages that the ledger has no entry for. */
    public List<Message> unknown(List<Message> messages) {
        Set<String> ids = messages.stream().map(Message::id).collect(Collectors.toSet());
        Map<String, Boolean> known =
                ClusterCall.await(entries.submitToKeys(ids, new Knows()), PATIENCE, "looking through the ledger");
        return messages.stream()
                .filter(message -> !known.getOrDefault(message.id(), false))
                .toList();
    }

    /**
     * Claims messages for a holder.
     *
     * @return those that it holds now, in the order of acceptance; the others are another one's, or unknown
     * @throws Refusal 503 if it is not known what was won; to be repeated
     */
    public List<Message> claim(Collection<String> ids, UUID holder) {
        Map<String, String> won =
                ClusterCall.await(entries.submitToKeys(new HashSet<>(ids), new Claim(holder)), PATIENCE, "claiming");
        return new TreeMap<>(won)
                .entrySet().stream()
                        .filter(entry -> entry.getValue() != null)
                        .map(entry -> new Message(entry.getKey(), entry.getValue()))
                        .toList();
    }

    /**
     * Confirms messages that a holder has in its list; what the ledger has lost is written anew.
     *
     * @return the ids of those that it does not hold, since another one does
     * @throws Refusal 503 if it is not known what was confirmed; to be repeated
     */
    public Set<String> confirm(Collection<Message> held, UUID holder) {
        List<CompletionStage<Map<String, Boolean>>> calls = new ArrayList<>();
        for (Map<String, String> texts : MessageIds.textsByBatch(held)) {
            calls.add(entries.submitToKeys(texts.keySet(), new Confirm(holder, texts)));
        }
        return ClusterCall.awaitAll(calls, PATIENCE, "confirming").stream()
                .flatMap(batch -> batch.entrySet().stream())
                .filter(entry -> !entry.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** How many messages a holder holds. */
    public long countHeldBy(UUID holder) {
        return ClusterCall.call(
                () -> entries.aggregate(Aggregators.count(), new HeldBy(holder)), "looking through the ledger");
    }

    /** The ids of the messages that a holder holds. */
    public Set<String> heldBy(UUID holder) {
        return ClusterCall.call(() -> entries.keySet(new HeldBy(holder)), "looking through the ledger");
    }

    /**
     * The ids in this member's share of the ledger that none of the given holders holds, each with who does hold it:
     * null if nobody does. Reads no texts.
     */
    public Map<String, UUID> localNotHeldBy(Set<UUID> live) {
        Set<String> ids =
                ClusterCall.call(() -> entries.localKeySet(new NotHeldBy(live)), "looking through the ledger");
        if (ids.isEmpty()) {
            return Map.of();
        }
        Map<String, UUID> answered =
                ClusterCall.await(entries.submitToKeys(ids, new ReadHolder()), PATIENCE, "looking through the ledger");
        Map<String, UUID> holders = new HashMap<>();
        ids.forEach(id -> holders.put(id, answered.get(id)));
        return holders;
    }

    /** Takes messages away from holders that are gone; returns the ids of those that nobody holds now, in order. */
    public List<String> release(Set<String> ids, Set<UUID> gone) {
        Map<String, Boolean> free =
                ClusterCall.await(entries.submitToKeys(ids, new Release(gone)), PATIENCE, "releasing messages");
        return free.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
