package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.ledger.Entry;
import microservices.ledger.Ledger;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;
import microservices.queue.QueueCluster;
import microservices.testing.Await;
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
            List<Message> kept = TestMessages.batches(20, 2);
            MessageQueue queue = new MessageQueue(members.hazelcast(0));
            kept.forEach(message -> TestMessages.offer(queue, List.of(message)));

            members.crash(1);
            List<Message> refused = new ArrayList<>();
            Await.until(LIMIT, "a write is refused", () -> {
                refused.add(0, TestMessages.batch("late", 1).get(0));
                return refuses(() -> TestMessages.offer(queue, refused.subList(0, 1)));
            });

            IMap<String, Entry> ledger = members.get(0).establishedHazelcast().getMap(Ledger.NAME);
            kept.forEach(message ->
                    assertEquals(message.text(), ledger.get(message.id()).text()));
            assertNull(ledger.get(refused.get(0).id()), "what was refused is not there");
            assertFalse(members.get(0).health().healthy());
        }
    }

    @Test
    void saysWhatToDo_whenThereAreTooFewMembersToWrite() {
        try (TestMembers members = TestMembers.none()) {
            ClusterMember lone = members.start(TestMap::member);
            IMap<String, String> log = lone.hazelcast().getMap(TestMap.NAME);
            Message message = TestMessages.batch("m", 1).get(0);

            Refusal called = assertThrows(
                    Refusal.class, () -> ClusterCall.call(() -> log.put(message.id(), "m"), "writing the log"));
            Refusal awaited = assertThrows(
                    Refusal.class, () -> ClusterCall.await(log.putAsync(message.id(), "m"), LIMIT, "writing the log"));

            String expected = "writing the log needs more members than are here; start one and send again";
            assertEquals(List.of(503, 503), List.of(called.status(), awaited.status()));
            assertEquals(List.of(expected, expected), List.of(called.getMessage(), awaited.getMessage()));
            assertTrue(log.isEmpty());
        }
    }

    @Test
    void writesOnce_whileNobodyLeaves_andOnceMoreWhenSomebodyHasLeftMeanwhile() {
        try (TestMembers members = TestMembers.ofQueue(2, A, new UUID(0, 2))) {
            ClusterMember survivor = members.get(0);
            AtomicInteger writes = new AtomicInteger();
            survivor.writeAllCopies(patience -> written(writes, 4), Duration.ZERO); // costs nothing, needs no time
            assertEquals(1, writes.get());

            survivor.writeAllCopies(
                    patience -> {
                        if (writes.get() == 1) {
                            members.crash(1);
                            Await.until(LIMIT, "it has noticed", () -> !survivor.settled());
                        }
                        return written(writes, 3);
                    },
                    LIMIT);
            assertEquals(3, writes.get());
            assertTrue(survivor.settled());
            assertTrue(survivor.hazelcast().getPartitionService().isClusterSafe());
        }
    }

    @Test
    void writesOnceMore_whenAnOwnerSawFewerMembersThanThisOneSees() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            AtomicInteger writes = new AtomicInteger();
            members.get(0).writeAllCopies(patience -> written(writes, writes.get() == 0 ? 2 : 3), LIMIT);
            assertEquals(2, writes.get());
        }
    }

    @Test
    void givesUp_whenAnOwnerGoesOnSeeingFewerMembers() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            assertEquals(503, statusOf(() -> members.get(0).writeAllCopies(patience -> 1, Duration.ofMillis(200))));
        }
    }

    private static int written(AtomicInteger writes, int seen) {
        writes.incrementAndGet();
        return seen;
    }

    @Test
    void refusesWhatWasJustWritten_whenItIsTheOnlyOneLeft() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            ClusterMember survivor = members.get(0);
            members.crash(1);
            Await.until(LIMIT, "it has noticed", () -> !survivor.settled());
            assertEquals(503, statusOf(() -> survivor.writeAllCopies(patience -> 1, LIMIT)));
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
