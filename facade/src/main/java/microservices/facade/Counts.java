package microservices.facade;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import microservices.ledger.LedgerCounts;
import microservices.queue.QueueCluster.MessagesReplica;

/**
 * What was counted at about one moment: first what the replicas list, then the ledger, then the log. A message reaches them
 * in the opposite order, so nothing that is on its way seems to be in a later place and not in an earlier one.
 *
 * @param listed how many messages each live messages replica lists; empty if it did not say
 * @param ledger empty if it could not be asked
 * @param logged how many batches are in the log; empty if it could not be asked
 * @param calm whether no messages replica came or went meanwhile: what one held may be counted twice then, or not at all
 */
record Counts(
        Map<MessagesReplica, OptionalLong> listed, Optional<LedgerCounts> ledger, OptionalLong logged, boolean calm) {

    /** What was not answered, one sentence each. */
    List<String> missing() {
        Set<String> missing = new TreeSet<>();
        listed.forEach((replica, messages) -> {
            if (messages.isEmpty()) {
                missing.add(replica.name() + " does not say what it holds");
            }
        });
        if (ledger.isEmpty()) {
            missing.add("the queue cluster does not say what waits");
        }
        if (logged.isEmpty()) {
            missing.add("no logging replica that sees enough of the others says what is logged");
        }
        return List.copyOf(missing);
    }

    /** Whether everything logged is held once. */
    boolean closed() {
        return settled() && listed.keySet().stream().allMatch(replica -> surplus(replica) == 0);
    }

    /** Whether the ledger has each batch of the log, and says of each that a live replica holds it. */
    boolean settled() {
        return calm
                && missing().isEmpty()
                && ledger.orElseThrow().waiting() == 0
                && ledger.get().batches() == logged.orElseThrow();
    }

    /** Whether more is listed than was claimed, or registered than was logged. */
    boolean tooMany() {
        return calm
                && missing().isEmpty()
                && (ledger.orElseThrow().batches() > logged.orElseThrow()
                        || listed.keySet().stream().anyMatch(replica -> surplus(replica) > 0));
    }

    private long surplus(MessagesReplica replica) {
        return listed.get(replica).orElseThrow() - ledger.orElseThrow().heldBy(replica.holder());
    }

    /** How many messages are logged, at least; unknown if the log lacks some that the ledger has. */
    OptionalLong loggedMessages() {
        if (ledger.isEmpty() || logged.isEmpty()) {
            return OptionalLong.empty();
        }
        if (logged.getAsLong() < ledger.get().batches()) {
            return logged.getAsLong() == 0 ? logged : OptionalLong.empty();
        }
        return OptionalLong.of(ledger.get().messages() + unregistered());
    }

    /** How many messages wait, at least: nobody has claimed them, or only a replica that is gone. */
    OptionalLong waitingMessages() {
        return ledger.isEmpty() || logged.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(ledger.get().waiting() + unregistered());
    }

    /** How many batches are on their way from the log to the ledger; each has one message at least. */
    private long unregistered() {
        return Math.max(0, logged.orElseThrow() - ledger.orElseThrow().batches());
    }

    /** How many messages are in no list though they are logged: those that are just being claimed among them. */
    OptionalLong unlistedMessages() {
        OptionalLong messages = loggedMessages();
        if (messages.isEmpty() || !missing().isEmpty()) {
            return OptionalLong.empty();
        }
        long inLists =
                listed.values().stream().mapToLong(OptionalLong::orElseThrow).sum();
        return OptionalLong.of(Math.max(0, messages.getAsLong() - inLists));
    }
}
