package microservices.common;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The truth about who holds which message, under the queue that may lose or repeat. Every decision is one atomic
 * operation on one entry, kept in four copies, and every operation may be repeated. See RATIONALE.md.
 */
public final class Ledger {

    /** One attempt is given up after this long, so that two fit into the 10 s within which a client has its answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final IMap<String, LedgerEntry> entries;

    public Ledger(HazelcastInstance hazelcast) {
        this.entries = hazelcast.getMap(MemberConfig.LEDGER);
    }

    /**
     * Writes messages that nobody holds yet. Cheapest if all ids are of one batch.
     *
     * @return how many members those who wrote it see, the least of them
     * @throws HttpError 503 if it is not known to have happened
     */
    int register(Collection<Message> messages) {
        Map<String, String> texts = new HashMap<>();
        messages.forEach(message -> texts.put(message.id(), message.text()));
        Map<String, Integer> seen = ClusterCall.await(
                entries.submitToKeys(texts.keySet(), new LedgerRegister(texts)), PATIENCE, "writing the ledger");
        return seen.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    /**
     * Claims messages for a holder.
     *
     * @return those that it holds now, in the order of acceptance; the others are another one's, or unknown
     * @throws HttpError 503 if it is not known what was won; to be repeated
     */
    public List<Message> claim(Collection<String> ids, UUID holder) {
        Map<String, String> won = ClusterCall.await(
                entries.submitToKeys(new HashSet<>(ids), new LedgerClaim(holder)), PATIENCE, "claiming");
        return new TreeMap<>(won)
                .entrySet().stream()
                        .filter(entry -> entry.getValue() != null)
                        .map(entry -> new Message(entry.getKey(), entry.getValue()))
                        .toList();
    }

    /**
     * The ids in this member's share of the ledger that none of the given holders holds, each with who does hold it:
     * null if nobody does. Reads no texts.
     */
    Map<String, UUID> localNotHeldBy(Set<UUID> live) {
        Set<String> ids =
                ClusterCall.call(() -> entries.localKeySet(new LedgerNotHeldBy(live)), "looking through the ledger");
        if (ids.isEmpty()) {
            return Map.of();
        }
        Map<String, UUID> answered = ClusterCall.await(
                entries.submitToKeys(ids, new LedgerHolder()), PATIENCE, "looking through the ledger");
        Map<String, UUID> holders = new HashMap<>();
        ids.forEach(id -> holders.put(id, answered.get(id)));
        return holders;
    }

    /** Takes messages away from holders that are gone; returns the ids of those that nobody holds now, in order. */
    List<String> release(Set<String> ids, Set<UUID> gone) {
        Map<String, Boolean> free =
                ClusterCall.await(entries.submitToKeys(ids, new LedgerRelease(gone)), PATIENCE, "releasing messages");
        return free.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
