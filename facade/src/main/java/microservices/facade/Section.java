package microservices.facade;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import microservices.ledger.Holding;
import microservices.message.BatchIds;
import microservices.queue.QueueCluster.MessagesReplica;

/**
 * A section of all ids, compared: of each batch in it, whether it is logged, who lists it, and what the ledger says of one
 * that nobody lists. Not thread-safe.
 */
final class Section {

    /** What is wrong with a batch. */
    enum Fault {
        /** Logged, listed by nobody, and it does not wait. */
        LOST,
        /** Listed by more than one replica. */
        DOUBLED,
        /** Listed, and not in the log. */
        UNLOGGED
    }

    /** @param messages how many the batch has */
    record Faulty(Fault fault, int messages) {}

    private final UUID upTo;
    private final Set<UUID> logged = new HashSet<>();
    /** How many messages a batch has that is listed. */
    private final Map<UUID, Integer> sizes = new TreeMap<>(BatchIds.ORDER);

    private final Set<UUID> doubled = new HashSet<>();
    private final Map<String, Long> held = new TreeMap<>();
    private final SortedMap<UUID, Faulty> faulty = new TreeMap<>(BatchIds.ORDER);
    private long loggedMessages;
    private long waiting;

    /** @param upTo its last id */
    Section(UUID upTo) {
        this.upTo = upTo;
    }

    private boolean has(UUID id) {
        return BatchIds.ORDER.compare(id, upTo) <= 0;
    }

    void logged(Collection<UUID> ids) {
        ids.stream().filter(this::has).forEach(logged::add);
    }

    void listed(MessagesReplica replica, SortedMap<UUID, Integer> batches) {
        long messages = 0;
        for (Map.Entry<UUID, Integer> batch : batches.entrySet()) {
            if (!has(batch.getKey())) {
                break;
            }
            messages += batch.getValue();
            if (sizes.put(batch.getKey(), batch.getValue()) != null) {
                doubled.add(batch.getKey());
            }
        }
        held.merge(replica.name(), messages, Long::sum);
    }

    /** What is logged and listed by nobody. */
    Set<UUID> unlisted() {
        Set<UUID> unlisted = new HashSet<>(logged);
        unlisted.removeAll(sizes.keySet());
        return unlisted;
    }

    /**
     * Finds what is wrong.
     *
     * @param holdings what the ledger says of what nobody lists
     * @param live the holders that are there
     */
    void judge(Map<UUID, Holding> holdings, Set<UUID> live) {
        sizes.forEach((id, messages) -> {
            if (doubled.contains(id)) {
                faulty.put(id, new Faulty(Fault.DOUBLED, messages));
            } else if (!logged.contains(id)) {
                faulty.put(id, new Faulty(Fault.UNLOGGED, messages));
            }
            loggedMessages += logged.contains(id) ? messages : 0;
        });
        for (UUID id : unlisted()) {
            Optional<Holding> holding = Optional.ofNullable(holdings.get(id));
            // What the ledger does not have is on its way to it.
            int messages = holding.map(Holding::messages).orElse(1);
            loggedMessages += messages;
            if (holding.flatMap(Holding::holder).filter(live::contains).isPresent()) {
                faulty.put(id, new Faulty(Fault.LOST, messages));
            } else {
                waiting += messages;
            }
        }
    }

    UUID upTo() {
        return upTo;
    }

    /** What is wrong with which batches. */
    SortedMap<UUID, Faulty> faulty() {
        return faulty;
    }

    /** Keeps the faults that were there in the same form before. The other batches were on their way: they wait. */
    void keepFaultsOf(Section before) {
        Map<UUID, Faulty> passing = new HashMap<>(faulty);
        passing.entrySet().removeIf(one -> one.getValue().equals(before.faulty.get(one.getKey())));
        passing.forEach((id, one) -> {
            faulty.remove(id);
            waiting += one.messages();
        });
    }

    Map<String, Long> held() {
        return held;
    }

    long loggedMessages() {
        return loggedMessages;
    }

    long waiting() {
        return waiting;
    }
}
