package microservices.logging;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import microservices.common.Attempt;
import microservices.common.ClusterCall;
import microservices.common.ClusterMember;
import microservices.common.IdempotencyKeys;
import microservices.common.LogWrite;
import microservices.common.MemberConfig;
import microservices.common.MessageIds;

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
     * @throws microservices.common.HttpError 503 if it is not known to have happened
     */
    List<Optional<String>> write(List<Attempt> attempts) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<Optional<String>> ids = reserve(attempts, deadline);
        Map<String, Map<String, String>> batches = new HashMap<>();
        for (int i = 0; i < attempts.size(); i++) {
            String text = attempts.get(i).message().text();
            ids.get(i)
                    .ifPresent(id -> batches.computeIfAbsent(MessageIds.batchOf(id), batch -> new HashMap<>())
                            .put(id, text));
        }
        member.writeAllCopies(() -> write(batches.values(), deadline), remaining(deadline));
        return ids;
    }

    /** One operation for each batch, since each is sent with all the texts that it has to write. */
    private int write(Collection<Map<String, String>> batches, long deadline) {
        List<CompletionStage<Map<String, Integer>>> calls = new ArrayList<>();
        batches.forEach(texts -> calls.add(log().submitToKeys(texts.keySet(), new LogWrite(texts))));
        return ClusterCall.awaitAll(calls, patience(deadline), "writing the log").stream()
                .flatMap(seen -> seen.values().stream())
                .mapToInt(Integer::intValue)
                .min()
                .orElse(Integer.MAX_VALUE);
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
                () -> {
                    ids.set(keys.reserve(attempts, patience(deadline)));
                    return Integer.MAX_VALUE; // whom the keys' owners see, the log's owners tell
                },
                remaining(deadline));
        return ids.get();
    }

    private static Duration patience(long deadline) {
        return Duration.ofNanos(Math.min(STEP.toNanos(), deadline - System.nanoTime()));
    }

    private static Duration remaining(long deadline) {
        return Duration.ofNanos(deadline - System.nanoTime());
    }

    /**
     * Opens a reading of all messages, in the order of acceptance; to be closed.
     *
     * @throws microservices.common.HttpError 503 if not all of the log can be read, or too much is being read already
     */
    LogReading read() {
        return readings.open(member.establishedHazelcast());
    }

    /** Whether enough members are seen to take writes; if not, others may have taken some. */
    boolean writable() {
        return member.writable();
    }

    private IMap<String, String> log() {
        return member.establishedHazelcast().getMap(MemberConfig.LOG);
    }
}
