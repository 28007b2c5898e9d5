package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.testing.Await;
import microservices.testing.MetricsText;
import microservices.testing.TestMap;
import microservices.testing.TestMembers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryGuardClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SHORT = "message_service_memory_short";

    private final AtomicBoolean secondIsShort = new AtomicBoolean();

    @Test
    void noMemberTakesWrites_whileOneIsShort() {
        try (TestMembers members = TestMembers.of(TestMap::member, 3);
                MemoryGuard first = new MemoryGuard(members.get(0), () -> false);
                MemoryGuard second = new MemoryGuard(members.get(1), secondIsShort::get)) {
            Metrics metrics = new Metrics();
            second.addTo(metrics);
            assertEquals(Double.NaN, MetricsText.of(metrics).value(SHORT), "it has not looked yet");
            first.start();
            second.start();
            first.checkRoom();
            awaitTold(metrics, 0);

            secondIsShort.set(true);
            String name = members.hazelcast(1).getName();
            awaitShort(first, List.of(name));
            Refusal error = assertThrows(Refusal.class, first::checkRoom);
            assertEquals(507, error.status());
            assertTrue(error.getMessage().contains(name), error.getMessage());
            assertEquals(List.of(), first.missing());
            assertEquals(1, second.missing().size());
            awaitTold(metrics, 1);
            MemoryGuard late = new MemoryGuard(members.start(TestMap::member), () -> false);
            awaitShort(late, List.of(name));

            secondIsShort.set(false);
            awaitShort(first, List.of());
            first.checkRoom();
            awaitShort(late, List.of());
        }
    }

    @Test
    void aMemberThatIsGoneIsNotShort() {
        secondIsShort.set(true);
        try (TestMembers members = TestMembers.ofQueue(3);
                MemoryGuard first = new MemoryGuard(members.get(0), () -> false);
                MemoryGuard second = new MemoryGuard(members.get(1), secondIsShort::get)) {
            second.start();
            awaitShort(first, List.of(members.hazelcast(1).getName()));

            members.crash(1);

            awaitShort(first, List.of());
        }
    }

    private static void awaitTold(Metrics metrics, double value) {
        Await.until(LIMIT, SHORT + " is " + value, () -> MetricsText.of(metrics).value(SHORT) == value);
    }

    private static void awaitShort(MemoryGuard guard, List<String> replicas) {
        Await.until(LIMIT, "short: " + replicas, () -> guard.shortReplicas().equals(replicas));
    }
}
