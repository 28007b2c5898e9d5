package microservices.logging;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import microservices.common.ClusterCall;
import microservices.common.ClusterMember;
import microservices.common.LogWrite;
import microservices.common.MemberConfig;
import microservices.common.Message;

/**
 * The log: one map, id to text, that all logging replicas share. What is written is in three of them (or in all that
 * there are) when {@link #write} returns, and writing it again changes nothing.
 */
final class LogStore {

    /** For each write, or for its copies. */
    private static final Duration STEP = Duration.ofMillis(1100);
    /** For all of it: less than a facade waits for its answer. */
    private static final Duration PATIENCE = STEP.multipliedBy(2);

    private final ClusterMember member;

    LogStore(ClusterMember member) {
        this.member = member;
    }

    /**
     * Writes messages; cheapest if all ids are of one batch.
     *
     * @throws microservices.common.HttpError 503 if it is not known to have happened
     */
    void write(Collection<Message> messages) {
        Map<String, String> texts = messages.stream().collect(Collectors.toMap(Message::id, Message::text));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        member.writeAllCopies(() -> write(texts, deadline), PATIENCE);
    }

    private int write(Map<String, String> texts, long deadline) {
        Duration patience = Duration.ofNanos(Math.min(STEP.toNanos(), deadline - System.nanoTime()));
        Map<String, Integer> seen =
                ClusterCall.await(log().submitToKeys(texts.keySet(), new LogWrite(texts)), patience, "writing the log");
        return seen.values().stream().mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
    }

    /**
     * The texts of all messages, in the order of acceptance.
     *
     * @throws microservices.common.HttpError 503 if not all of the log can be read
     */
    List<String> texts() {
        return ClusterCall.call(() -> log().entrySet(), "reading the log").stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private IMap<String, String> log() {
        return member.establishedHazelcast().getMap(MemberConfig.LOG);
    }
}
