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
 * What was counted at about one moment: first what the replicas list, then the ledger, then the log. What is held was logged
 * and claimed before, so nothing that is on its way seems to be in a later place and not in an earlier one.
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

    /** Whether the ledger says of each batch of the log that a live replica holds it: what is held was logged before. */
    boolean settled() {
        return calm && missing().isEmpty() && (heldBatches() == logged.orElseThrow() || hasNoMessages());
    }

    /** Without a messages replica the empty batches wait that facades send when they start. */
    private boolean hasNoMessages() {
        return listed.isEmpty()
                && ledger.orElseThrow().messages() == 0
                && ledger.get().batches() == logged.orElseThrow();
    }

    /** Whether more is listed than was claimed, or claimed than was logged. */
    boolean tooMany() {
        return calm
                && missing().isEmpty()
                && (heldBatches() > logged.orElseThrow()
                        || listed.keySet().stream().anyMatch(replica -> surplus(replica) > 0));
    }

    /** Each of them was logged before it was offered; those that wait may be about to be. */
    private long heldBatches() {
        return ledger.orElseThrow().batches() - ledger.get().waitingBatches();
    }

    private long surplus(MessagesReplica replica) {
        return listed.get(replica).orElseThrow() - ledger.orElseThrow().heldBy(replica.holder());
    }

    /** How many messages are logged, at least; unknown if the log lacks some that are held. */
    OptionalLong loggedMessages() {
        if (ledger.isEmpty() || logged.isEmpty()) {
            return OptionalLong.empty();
        }
        if (logged.getAsLong() < heldBatches()) {
            return logged.getAsLong() == 0 ? logged : OptionalLong.empty();
        }
        long heldMessages = ledger.get().messages() - ledger.get().waiting();
        return OptionalLong.of(heldMessages + loggedAndWaiting());
    }

    /** How many messages wait, at least: nobody has claimed them, or only a replica that is gone. */
    OptionalLong waitingMessages() {
        return ledger.isEmpty() || logged.isEmpty() ? OptionalLong.empty() : OptionalLong.of(loggedAndWaiting());
    }

    /** Of what waits in the ledger, some batches may not be logged yet, and never be. */
    private long loggedAndWaiting() {
        long messages = ledger.orElseThrow().waiting() + unregistered();
        long unlogged = ledger.get().batches() - logged.orElseThrow();
        if (unlogged <= 0) {
            return messages;
        }
        long batches = Math.max(0, logged.getAsLong() - heldBatches());
        return Math.max(Math.min(batches, messages), messages - unlogged * Gathering.MOST_MESSAGES);
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
