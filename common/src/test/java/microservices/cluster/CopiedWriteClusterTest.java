package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import microservices.message.MessageIds;
import microservices.testing.SlowCopy;
import microservices.testing.TestMap;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class CopiedWriteClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 4", "5, 1", "3, 3"})
    void returnsWhenEveryEntryHasItsCopy(int batches, int each) {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            IMap<String, String> log = members.hazelcast(0).getMap(TestMap.NAME);
            List<Map<String, String>> groups = MessageIds.textsByBatch(TestMessages.batches(batches, each));
            Set<String> ids = new HashSet<>();
            groups.forEach(group -> ids.addAll(group.keySet()));
            SlowCopy.COPIES.set(0);

            Map<String, Integer> results = new CopiedWrite<>(
                            log, (Map<String, String> some) -> new SlowCopy(), "writing")
                    .write(groups, LIMIT);

            assertEquals(batches * each, SlowCopy.COPIES.get());
            assertEquals(ids, results.keySet());
            assertEquals(ids, log.keySet());
        }
    }

    @Test
    void writesNothing_whenThereIsNothing() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            IMap<String, String> log = members.hazelcast(0).getMap(TestMap.NAME);
            assertEquals(
                    Map.of(),
                    new CopiedWrite<>(log, (Map<String, String> some) -> new SlowCopy(), "writing")
                            .write(List.of(), LIMIT));
        }
    }
}
