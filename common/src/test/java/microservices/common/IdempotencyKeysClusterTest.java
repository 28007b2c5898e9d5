package microservices.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IdempotencyKeysClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void aKeyIsRememberedForADay_fromItsLastUseOn() {
        try (TestMembers members = TestMembers.ofLogging(2)) {
            String key = UUID.randomUUID().toString();
            IdempotencyKeys keys = new IdempotencyKeys(members.hazelcast(0));
            IMap<String, Reservation> map = members.hazelcast(1).getMap(MemberConfig.KEYS);

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
        try (TestMembers members = TestMembers.ofLogging(2)) {
            List<Attempt> attempts = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                attempts.add(TestMessages.attempt("m" + i, UUID.randomUUID().toString()));
            }
            List<Optional<String>> own = attempts.stream()
                    .map(attempt -> Optional.of(attempt.message().id()))
                    .toList();

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
}
