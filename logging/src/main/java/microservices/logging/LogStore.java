package microservices.logging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import microservices.cluster.ClusterMember;
import microservices.message.Attempt;
import microservices.message.Message;

/**
 * The log: one map, id to text, that all logging replicas share. What is written is in three of them (or in all that
 * there are) when {@link #write} returns, and writing it again changes nothing. An attempt that has a key costs one more
 * operation, which decides under which id its message is written, if at all.
 */
final class LogStore {

    /** For each write, or for its copies. */
    private static final Duration STEP = Duration.ofMillis(1100);
    /** For all of it: less than a facade waits for its answer. */
    private static final Duration PATIENCE = STEP.multipliedBy(2);

    private final ClusterMember member;
    private final LogReadings readings;

    LogStore(ClusterMember member) {
        this(member, new LogReadings());
    }

    LogStore(ClusterMember member, LogReadings readings) {
        this.member = member;
        this.readings = readings;
    }

    /**
     * Writes the messages of attempts, each once however often it is attempted with the same key: under the id that the
     * first attempt had. Cheapest if all ids are of one batch.
     *
     * @return for each attempt, in order, the id under which its message stands in the log; empty if its key belongs to
     *     another text, and its own is not written
     * @throws microservices.message.Refusal 503 if it is not known to have happened
     */
    List<Optional<String>> write(List<Attempt> attempts) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<Optional<String>> ids = reserve(attempts, deadline);
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < attempts.size(); i++) {
            String text = attempts.get(i).message().text();
            ids.get(i).ifPresent(id -> messages.add(new Message(id, text)));
        }
        if (!messages.isEmpty()) {
            LogMap log = new LogMap(member.establishedHazelcast());
            member.writeAllCopies(patience -> log.write(messages, shorter(patience)), remaining(deadline));
        }
        return ids;
    }

    /** Before anything is written under an id, all copies say that it is the key's: a retry must find the same. */
    private List<Optional<String>> reserve(List<Attempt> attempts, long deadline) {
        if (attempts.stream().allMatch(attempt -> attempt.key().isEmpty())) {
            return attempts.stream()
                    .map(attempt -> Optional.of(attempt.message().id()))
                    .toList();
        }
        IdempotencyKeys keys = new IdempotencyKeys(member.establishedHazelcast());
        AtomicReference<List<Optional<String>>> ids = new AtomicReference<>();
        member.writeAllCopies(
                patience -> {
                    IdempotencyKeys.Result reserved = keys.reserve(attempts, shorter(patience));
                    ids.set(reserved.ids());
                    return reserved.seenMembers();
                },
                remaining(deadline));
        return ids.get();
    }

    private static Duration shorter(Duration patience) {
        return patience.compareTo(STEP) < 0 ? patience : STEP;
    }

    private static Duration remaining(long deadline) {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    /**
     * Opens a reading of all messages, in the order of acceptance; to be closed.
     *
     * @throws microservices.message.Refusal 503 if not all of the log can be read, or too much is being read already
     */
    LogReading read() {
        return readings.open(member.establishedHazelcast());
    }

    /** Whether enough members are seen to take writes; if not, others may have taken some. */
    boolean writable() {
        return member.writable();
    }
}
