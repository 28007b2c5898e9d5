package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import microservices.message.Attempt;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IdempotencyKeysClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void aKeyIsRememberedForADay_fromItsLastUseOn() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            String key = UUID.randomUUID().toString();
            IdempotencyKeys keys = new IdempotencyKeys(members.hazelcast(0));
            IMap<String, Reservation> map = members.hazelcast(1).getMap(LogCluster.KEYS);

            keys.reserve(List.of(TestMessages.attempt("a", key)), PATIENCE);
            long first = map.getEntryView(key).getExpirationTime();
            Await.until(Duration.ofSeconds(20), "a later use is remembered for longer", () -> {
                keys.reserve(List.of(TestMessages.attempt("a", key)), PATIENCE);
                return map.getEntryView(key).getExpirationTime() > first;
            });

            Duration left = Duration.ofMillis(first - System.currentTimeMillis());
            assertTrue(left.compareTo(Duration.ofHours(24)) <= 0, left.toString());
            assertTrue(left.compareTo(Duration.ofHours(23)) > 0, left.toString());
        }
    }

    @Test
    void aWholeBatchOfKeysIsReserved_eachForItsOwnMessage() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            List<Attempt> attempts = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                attempts.add(TestMessages.attempt("m" + i, UUID.randomUUID().toString()));
            }
            List<Optional<String>> own = ids(attempts);

            assertEquals(
                    own,
                    new IdempotencyKeys(members.hazelcast(0))
                            .reserve(attempts, PATIENCE)
                            .ids());
            assertEquals(
                    2,
                    new IdempotencyKeys(members.hazelcast(0))
                            .reserve(attempts, PATIENCE)
                            .seenMembers());
            assertEquals(
                    own,
                    new IdempotencyKeys(members.hazelcast(1))
                            .reserve(attempts, PATIENCE)
                            .ids());
        }
    }

    @Test
    void everyAttemptHearsOfTheFirst_whenItsCopiesWereNotMade_andItsOwnerHasCrashed() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<Attempt> first = attemptsOfOneShard("first");
            List<Attempt> second = sameKeys(first);
            int owner = owner(members, first.get(0).key().orElseThrow());
            IMap<String, Reservation> map = members.hazelcast(owner).getMap(LogCluster.KEYS);
            for (Attempt attempt : first) {
                map.executeOnKey(attempt.key().orElseThrow(), new Uncopied(Reservation.of(attempt.message())));
            }

            IdempotencyKeys keys = new IdempotencyKeys(members.hazelcast((owner + 1) % 3));
            assertEquals(ids(first), keys.reserve(second, PATIENCE).ids());
            members.crash(owner);

            assertEquals(ids(first), keys.reserve(sameKeys(first), PATIENCE).ids());
        }
    }

    private static List<Attempt> attemptsOfOneShard(String text) {
        return Stream.generate(() -> UUID.randomUUID().toString())
                .filter(key -> IdempotencyKeys.shardOf(key) == 0)
                .limit(3)
                .map(key -> TestMessages.attempt(text, key))
                .toList();
    }

    /** Further attempts, each with an id of its own. */
    private static List<Attempt> sameKeys(List<Attempt> attempts) {
        return attempts.stream()
                .map(attempt -> TestMessages.attempt(
                        attempt.message().text(), attempt.key().orElseThrow()))
                .toList();
    }

    private static List<Optional<String>> ids(List<Attempt> attempts) {
        return attempts.stream()
                .map(attempt -> Optional.of(attempt.message().id()))
                .toList();
    }

    private static int owner(TestMembers members, String key) {
        for (int i = 0; i < 3; i++) {
            PartitionService partitions = members.hazelcast(i).getPartitionService();
            if (partitions.getPartition(IdempotencyKeys.shardOf(key)).getOwner().localMember()) {
                return i;
            }
        }
        throw new AssertionError("nobody owns " + key);
    }

    /** Reserves on the owner alone, as if what it sent to the others had been lost. Runs in the owner's process only. */
    private record Uncopied(Reservation reservation) implements EntryProcessor<String, Reservation, Boolean> {

        @Override
        public Boolean process(Map.Entry<String, Reservation> entry) {
            entry.setValue(reservation);
            return true;
        }

        @Override
        public EntryProcessor<String, Reservation, Boolean> getBackupProcessor() {
            return null;
        }
    }
}
