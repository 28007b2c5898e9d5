package microservices.logging;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import microservices.cluster.CopiedWrite;
import microservices.message.Attempt;

/**
 * Which message each idempotency key stands for: whoever reserves a key first gives the message its id, and everyone
 * after it learns that id. Every decision is one atomic operation on one entry, and may be repeated. See the RATIONALE.md
 * of logging.
 */
public final class IdempotencyKeys {

    /** How long a key is remembered after its last use. */
    public static final Duration TIME_TO_LIVE = Duration.ofHours(24);

    /** The keys stand in this many partitions, so that this many operations reserve however large a crowd of them. */
    private static final int SHARDS = 16;

    private final CopiedWrite<Reservation, Reservation, Reserved> reserve;

    public IdempotencyKeys(HazelcastInstance hazelcast) {
        IMap<String, Reservation> reservations = hazelcast.getMap(LogCluster.KEYS);
        this.reserve = new CopiedWrite<>(reservations, KeyReserve::new, "reserving idempotency keys");
    }

    /** What the map of keys is partitioned by. */
    static Integer shardOf(String key) {
        return Math.floorMod(key.hashCode(), SHARDS);
    }

    /**
     * What was reserved.
     *
     * @param ids for each attempt, in order, the id of its message: its own, or that of the first attempt with its key;
     *     empty if the key belongs to another text
     * @param seenMembers how many members the keys' owners see, the least of them
     */
    public record Result(List<Optional<String>> ids, int seenMembers) {}

    /**
     * Reserves the keys of those attempts that have one. Of two with the same key, the earlier in the list is first.
     *
     * @throws Refusal 503 if it is not known to have happened in all copies; to be repeated
     */
    public Result reserve(List<Attempt> attempts, Duration patience) {
        Map<String, Reserved> reserved = reserve.write(wanted(attempts).values(), patience);
        return new Result(
                attempts.stream().map(attempt -> id(attempt, reserved)).toList(),
                CopiedWrite.leastSeen(reserved, Reserved::seenMembers));
    }

    private static Map<Integer, Map<String, Reservation>> wanted(List<Attempt> attempts) {
        Map<Integer, Map<String, Reservation>> shards = new HashMap<>();
        for (Attempt attempt : attempts) {
            attempt.key()
                    .ifPresent(key -> shards.computeIfAbsent(shardOf(key), shard -> new HashMap<>())
                            .computeIfAbsent(key, first -> Reservation.of(attempt.message())));
        }
        return shards;
    }

    private static Optional<String> id(Attempt attempt, Map<String, Reserved> reserved) {
        if (attempt.key().isEmpty()) {
            return Optional.of(attempt.message().id());
        }
        Reservation reservation = reserved.get(attempt.key().get()).reservation();
        return reservation.isFor(attempt.message().text()) ? Optional.of(reservation.id()) : Optional.empty();
    }
}
