package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member is back at work as soon as it has joined the other part of its cluster, while its entries are still merged. */
@Timeout(120)
class MergingClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MAP = "merged-slowly";
    private static final int ENTRIES = 200;

    @Test
    void isEstablished_beforeItsEntriesAreMerged() {
        try (TestMembers members = TestMembers.none()) {
            members.tellOf(0, 1);
            ClusterMember lone = members.start(MergingClusterTest::member);
            for (int i = 0; i < ENTRIES; i++) {
                members.hazelcast(0).getMap(MAP).set(i, "of the lone one");
            }
            members.tellOf(1, 3);
            members.start(MergingClusterTest::member);
            members.start(MergingClusterTest::member);
            members.awaitPart(1, 3, 2);

            members.tellOfAll(0, 1);
            Await.until(LIMIT, "it merges", lone::merging);
            Await.until(LIMIT, "it is established in the other part", lone::established);

            assertTrue(lone.merging(), "its entries take longer");
            assertEquals(3, members.hazelcast(0).getCluster().getMembers().size());
            Await.until(LIMIT, "its entries are merged", () -> !lone.merging());
            assertEquals(ENTRIES, members.hazelcast(1).getMap(MAP).size());
        }
    }

    private static Config member(ReplicaSettings settings) {
        Config config = MemberConfig.of("test", settings);
        Slowly.TYPES.addTo(config);
        config.addMapConfig(
                new MapConfig(MAP).setBackupCount(2).setMergePolicyConfig(MemberConfig.merge(Slowly.class)));
        return config;
    }

    /** Takes the other part's entry, after a while. */
    public static final class Slowly implements SplitBrainMergePolicy<Object, MergingValue<Object>, Object>, WireType {

        private static final WireTypes TYPES = new WireTypes(98, List.of(Slowly::new));

        private static final long WHILE = TimeUnit.MILLISECONDS.toNanos(20);

        @Override
        public Object merge(MergingValue<Object> merging, MergingValue<Object> existing) {
            LockSupport.parkNanos(WHILE);
            return merging.getRawValue();
        }

        @Override
        public WireTypes types() {
            return TYPES;
        }
    }
}
