package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.queue.QueueCluster;
import microservices.testing.Await;
import microservices.testing.MetricsText;
import microservices.testing.TestMap;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a member may be read from and written to. */
@Timeout(60)
class MemberClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final UUID A = new UUID(0, 1);

    @Test
    void joins_whenHostIpIsEmpty() {
        try (TestMembers members = TestMembers.none(Map.of("HOST_IP", "", "ADVERTISED_HOST", ""))) {
            members.startFacade();
            members.startMessages(A);
            members.awaitEstablished();
            assertEquals(2, members.hazelcast(0).getCluster().getMembers().size());
        }
    }

    @Test
    void isNotEstablishedAndRefuses_whileItIsAlone() {
        try (TestMembers members = TestMembers.none()) {
            ClusterMember lone = members.startFacade();
            assertFalse(lone.established());
            assertEquals(503, statusOf(lone::establishedHazelcast));
            assertEquals(List.of("the queue cluster has 1 of at least 2 members"), lone.missing());

            members.startMessages(A);
            Await.until(LIMIT, "it is established now that it has company", lone::established);
            assertNotNull(lone.establishedHazelcast());
            members.awaitEstablished();
            assertEquals(List.of(), lone.missing());
        }
    }

    @Test
    void refuses_beforeItHasStarted() {
        ClusterMember member = new ClusterMember("queue", 2);
        assertFalse(member.established());
        assertEquals(503, statusOf(member::hazelcast));
        assertFalse(member.health().healthy());
        member.close();
    }

    @Test
    void stillReadsAndRefusesToWrite_whenACrashLeavesItAlone() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Batch> kept = TestMessages.batches(20, 2);
            Ledger ledger = new Ledger(members.get(0));
            ledger.register(kept, Deadline.in(LIMIT));

            members.crash(1);
            List<Batch> refused = new ArrayList<>();
            Await.until(LIMIT, "a write is refused", () -> {
                refused.add(0, TestMessages.of("late"));
                return refuses(() -> ledger.register(refused.subList(0, 1), Deadline.in(LIMIT)));
            });

            List<UUID> there = ledger.between(BatchIds.FIRST, BatchIds.LAST).sorted();
            assertTrue(there.containsAll(TestMessages.ids(kept)), "it still reads");
            assertFalse(there.contains(refused.get(0).id()), "what was refused is not there");
            assertFalse(members.get(0).health().healthy());
        }
    }

    @Test
    void saysWhatToDo_whenThereAreTooFewMembersToWrite() {
        try (TestMembers members = TestMembers.none()) {
            ClusterMember lone = members.start(TestMap::member);
            IMap<String, String> log = lone.hazelcast().getMap(TestMap.NAME);
            Refusal called =
                    assertThrows(Refusal.class, () -> ClusterCall.call(() -> log.put("key", "m"), "writing the log"));
            Refusal awaited = assertThrows(
                    Refusal.class, () -> ClusterCall.await(log.putAsync("key", "m"), LIMIT, "writing the log"));

            String expected = "writing the log needs more members than are here; start one and send again";
            assertEquals(List.of(503, 503), List.of(called.status(), awaited.status()));
            assertEquals(List.of(expected, expected), List.of(called.getMessage(), awaited.getMessage()));
            assertTrue(log.isEmpty());
        }
    }

    @Test
    void turnsCallsIntoA503_whenItsOwnMemberHasStopped() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            IMap<String, String> log = members.hazelcast(0).getMap(TestMap.NAME);
            members.crash(0);

            assertEquals(503, statusOf(() -> ClusterCall.call(() -> log.get("id"), "reading the log")));
            assertEquals(
                    List.of("its member of the test cluster is not running"),
                    members.get(0).missing());
        }
    }

    @Test
    void refuses_whenItsOwnMemberHasStopped() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            assertNotNull(members.get(0).establishedHazelcast());
            members.crash(0);
            assertEquals(503, statusOf(members.get(0)::establishedHazelcast));
        }
    }

    @Test
    void namesTheMessagesReplicasOnly_asThoseThatHaveAList() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            assertEquals(List.of("http://127.0.0.1:8180"), QueueCluster.messagesUrls(members.get(0)));
            members.crash(2);
            assertEquals(List.of(), QueueCluster.messagesUrls(members.get(0)));
        }
    }

    /** What an orchestrator restarts a replica by: not that it is alone, and not that it starts or stops. */
    @Test
    void hasEnded_onlyIfItHasStartedAndNobodyHasClosedIt() {
        assertEquals(List.of(), new ClusterMember("queue", 2).ended());
        try (TestMembers members = TestMembers.none()) {
            ClusterMember lone = members.startFacade();
            assertFalse(lone.health().healthy());
            assertEquals(List.of(), lone.ended());
            lone.hazelcast().getLifecycleService().terminate();
            assertEquals(List.of("its member of the queue cluster has ended"), lone.ended());

            ClusterMember other = members.startFacade();
            other.close();
            assertEquals(List.of(), other.ended());
        }
    }

    @Test
    void tellsWhatItKnowsOfItsCluster_andThatItDoesNotKnow() {
        Metrics metrics = new Metrics();
        ClusterMember notStarted = new ClusterMember("queue", 2);
        notStarted.addTo(metrics, 4);
        MetricsText before = MetricsText.of(metrics);
        assertEquals(Double.NaN, before.value("message_service_cluster_members"));
        assertEquals(Double.NaN, before.value("message_service_cluster_safe"));
        assertEquals(Double.NaN, before.value("message_service_cluster_safe_age_seconds"));
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            metrics = new Metrics();
            ClusterMember member = members.get(0);
            member.addTo(metrics, 4);
            assertEquals(List.of(), member.missing());
            MetricsText now = MetricsText.of(metrics);
            assertEquals(2, now.value("message_service_cluster_members"));
            assertEquals(4, now.value("message_service_cluster_members_expected"));
            assertEquals(2, now.value("message_service_cluster_members_minimum"));
            assertEquals(1, now.value("message_service_cluster_safe"));
            double age = now.value("message_service_cluster_safe_age_seconds");
            assertTrue(age >= 0 && age < 60, age + " s");
            members.crash(0);
            assertEquals(Double.NaN, MetricsText.of(metrics).value("message_service_cluster_members"));
        }
    }

    private interface Call {
        void run();
    }

    private static int statusOf(Call call) {
        return assertThrows(Refusal.class, call::run).status();
    }

    private static boolean refuses(Call call) {
        try {
            call.run();
            return false;
        } catch (Refusal e) {
            assertEquals(503, e.status());
            return true;
        }
    }
}
