package microservices.system.check;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import microservices.system.history.Operation;
import microservices.system.history.Outcome;
import microservices.system.history.Strike;

/**
 * How long nobody got a 201. An outage lasts from one acknowledgement to the next, by whichever facade that the strike
 * does not excuse; it begins no earlier than the first post was sent that ends in it, so that a pause of the clients is
 * none. A strike answers for the outages that touch the time from its beginning to 15 s after its end. If it excuses
 * every facade that was asked, all of them count.
 */
final class Outages {

    private final List<Operation> operations;

    Outages(List<Operation> operations) {
        this.operations = operations.stream()
                .filter(operation -> operation.outcome() != Outcome.REFUSED)
                .sorted(Comparator.comparing(Operation::answered))
                .toList();
    }

    Duration longest(Strike strike) {
        Set<String> excused = new HashSet<>();
        strike.excuses().forEach(excuse -> excused.add(excuse.replica()));
        boolean allExcused = operations.stream().allMatch(operation -> excused.contains(operation.facade()));
        return longest(strike, allExcused ? Set.of() : excused);
    }

    private Duration longest(Strike strike, Set<String> excused) {
        Duration longest = Duration.ZERO;
        Duration acknowledged = Duration.ZERO;
        Duration sent = null;
        Operation last = last(excused);
        for (Operation operation : operations) {
            if (excused.contains(operation.facade())) {
                continue;
            }
            if (acknowledged.compareTo(strike.postsSucceedFrom()) > 0) {
                break;
            }
            sent = sent == null ? operation.sent() : earlier(sent, operation.sent());
            if (operation.isAcknowledged() || operation == last) {
                Duration start = acknowledged.compareTo(sent) > 0 ? acknowledged : sent;
                if (start.compareTo(strike.postsSucceedFrom()) <= 0
                        && operation.answered().compareTo(strike.from()) >= 0) {
                    Duration outage = operation.answered().minus(start);
                    longest = outage.compareTo(longest) > 0 ? outage : longest;
                }
                acknowledged = operation.answered();
                sent = null;
            }
        }
        return longest;
    }

    private Operation last(Set<String> excused) {
        for (int i = operations.size() - 1; i >= 0; i--) {
            if (!excused.contains(operations.get(i).facade())) {
                return operations.get(i);
            }
        }
        return null;
    }

    private static Duration earlier(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
