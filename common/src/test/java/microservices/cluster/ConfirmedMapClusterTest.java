package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import microservices.concurrent.Deadline;
import microservices.concurrent.Pause;
import microservices.message.Refusal;
import microservices.testing.Await;
import microservices.testing.ScriptedWrite;
import microservices.testing.SlowCopy;
import microservices.testing.TestMap;
import microservices.testing.TestMembers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a write returns, when it is repeated, and when it is refused. */
@Timeout(60)
class ConfirmedMapClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** By which Hazelcast tells of events; its default. */
    private static final int EVENT_THREADS = 5;

    private final AtomicInteger writes = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void returnsWhenEveryEntryHasAllItsCopies(int count) {
        try (TestMembers members = TestMembers.of(TestMap::member, 3)) {
            List<String> keys =
                    IntStream.range(0, count).mapToObj(i -> "key" + i).toList();
            SlowCopy.COPIES.set(0);

            List<Written> written =
                    map(members, true).write(keys.stream().map(SlowCopy::new).toList(), Deadline.in(LIMIT));

            assertEquals(2 * count, SlowCopy.COPIES.get());
            assertEquals(
                    keys.stream().map(SlowCopy::id).toList(),
                    written.stream().map(Written::id).map(Optional::orElseThrow).toList(),
                    "the answers are in the order of the writes");
            assertEquals(
                    Set.copyOf(keys), members.hazelcast(1).getMap(TestMap.NAME).keySet());
        }
    }

    /** Hazelcast knows after a second that a copy was not confirmed, and looks once a second. */
    @Test
    void isNotKnownToBeWritten_whenACopyIsNotConfirmedInTime() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            SlowCopy.COPIES.set(0);
            SlowCopy write = new SlowCopy("key", 3000);
            Refusal refusal =
                    assertThrows(Refusal.class, () -> map(members, false).write(List.of(write), Deadline.in(LIMIT)));
            assertUnknown("writing the test failed", refusal);
            Await.until(LIMIT, "the copy is made all the same", () -> SlowCopy.COPIES.get() == 1);
        }
    }

    @Test
    void writesNothing_whenThereIsNothing() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            assertEquals(List.of(), map(members, true).write(List.of(), Deadline.in(LIMIT)));
        }
    }

    @Test
    void writesOnce_whileNobodyLeaves() {
        try (TestMembers members = TestMembers.of(TestMap::member, 3)) {
            Written written = write(members, true, LIMIT, write -> writes.incrementAndGet());
            assertEquals(1, writes.get());
            assertEquals(ClusterSafety.members(members.hazelcast(1)), written.seenMembers());
            assertEquals(Optional.empty(), written.id());
        }
    }

    @Test
    void writesOnceMore_whenTheClusterIsSafeAgain_ifSomebodyLeftMeanwhile() throws Exception {
        try (TestMembers members = TestMembers.of(TestMap::member, 3)) {
            ClusterSafety safety = members.get(0).safety();
            AtomicReference<Boolean> settledThen = new AtomicReference<>();
            CompletableFuture<Written> writing =
                    CompletableFuture.supplyAsync(() -> write(members, true, LIMIT, write -> {
                        if (writes.incrementAndGet() == 1) {
                            awaitGate();
                        } else {
                            settledThen.compareAndSet(null, safety.settled());
                        }
                    }));
            Await.until(LIMIT, "a write is under way", () -> writes.get() == 1);
            members.crash(2);
            Await.until(LIMIT, "it is noticed", () -> !safety.settled());
            gate.countDown();

            writing.get(30, TimeUnit.SECONDS);

            assertTrue(writes.get() >= 2, "written " + writes.get() + " times");
            assertEquals(true, settledThen.get(), "it waited before it wrote once more");
            assertTrue(members.hazelcast(0).getPartitionService().isClusterSafe());
        }
    }

    @Test
    void writesOnceMore_whenTheOwnerSawFewerMembersThanThisOneSees() {
        try (TestMembers members = TestMembers.of(TestMap::member, 3)) {
            write(members, true, LIMIT, write -> {
                if (writes.incrementAndGet() == 1) {
                    write.setHazelcastInstance(seeing(members, 2));
                }
            });
            assertEquals(2, writes.get());
        }
    }

    /** It is sent its copies for as long as it takes, and no write waits for that. */
    @Test
    void writesOnce_whenAMemberJoinsBetweenTheWriteAndItsConfirmation() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            ScriptedWrite write = new ScriptedWrite(ownedKey(members), any -> writes.incrementAndGet());
            ConfirmedMap<String, String>.Writing writing = map(members, true).begin(List.of(write), Deadline.in(LIMIT));
            Await.until(LIMIT, "it is written", () -> writes.get() == 1);
            members.start(TestMap::member);
            Await.until(
                    LIMIT,
                    "another one has joined",
                    () -> members.hazelcast(0).getCluster().getMembers().size() == 3);
            writing.await();
            assertEquals(1, writes.get());
            assertTrue(members.get(0).safety().settled());
        }
    }

    @Test
    void givesUp_whenTheOwnerGoesOnSeeingFewerMembers() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            Refusal refusal = assertThrows(
                    Refusal.class,
                    () -> write(
                            members,
                            true,
                            Duration.ofMillis(500),
                            write -> write.setHazelcastInstance(seeing(members, 1))));
            assertUnknown("is still making copies", refusal);
        }
    }

    @Test
    void refusesWhatWasJustWritten_whenItIsTheOnlyOneLeft() throws Exception {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            CompletableFuture<Refusal> writing = CompletableFuture.supplyAsync(() -> assertThrows(
                    Refusal.class,
                    () -> write(members, false, LIMIT, write -> {
                        writes.incrementAndGet();
                        awaitGate();
                    })));
            Await.until(LIMIT, "a write is under way", () -> writes.get() == 1);
            members.crash(1);
            Await.until(LIMIT, "it is noticed", () -> !members.get(0).safety().settled());
            gate.countDown();

            assertUnknown("has just lost too many members", writing.get(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void repeatsAnAttemptThatFailed_ifItIsPersistent() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            write(members, true, LIMIT, this::failTwice);
            assertEquals(3, writes.get());
        }
    }

    @Test
    void leavesTheRepetitionToOthers_ifItIsNotPersistent() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            Refusal refusal = assertThrows(Refusal.class, () -> write(members, false, LIMIT, this::failTwice));
            assertUnknown("writing the test failed", refusal);
            assertEquals(1, writes.get());
        }
    }

    private void failTwice(ScriptedWrite write) {
        if (writes.incrementAndGet() <= 2) {
            throw new IllegalStateException("this write fails");
        }
    }

    @Test
    void givesUp_whenEachAttemptFails_withinItsTime() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            Refusal refusal = assertThrows(
                    Refusal.class,
                    () -> write(members, true, Duration.ofSeconds(1), write -> {
                        writes.incrementAndGet();
                        throw new IllegalStateException("this write fails");
                    }));
            assertUnknown("writing the test ", refusal); // failed, or took too long
            assertTrue(writes.get() > 1, "written " + writes.get() + " times");
        }
    }

    /** The answer of a silent owner does not come; the next attempt may go to another one. */
    @Test
    void givesUpAnAttemptThatHangs_andRepeatsIt() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            Duration attempt = Duration.ofMillis(300);
            ConfirmedMap<String, String> map = new ConfirmedMap<>(members.get(0), TestMap.NAME, attempt, true);
            ScriptedWrite write = new ScriptedWrite(ownedKey(members), any -> {
                if (writes.incrementAndGet() == 1) {
                    assertTrue(Pause.of(attempt.plusMillis(200)));
                }
            });
            map.write(List.of(write), Deadline.in(LIMIT));
            assertTrue(writes.get() >= 2, "written " + writes.get() + " times");
        }
    }

    /** Hazelcast takes writes at once, and tells later: until then the first write would be kept in one copy. */
    @Test
    void seesADeparture_beforeItIsToldOf_andBeforeItsFirstWrite() throws Exception {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            CountDownLatch busy = new CountDownLatch(EVENT_THREADS);
            // Each listener has one of the threads, by chance: so many have all of them.
            for (int i = 0; i < 20 * EVENT_THREADS; i++) {
                members.get(0).hazelcast().getCluster().addMembershipListener(new MembershipListener() {
                    @Override
                    public void memberAdded(MembershipEvent event) {
                        busy.countDown();
                        awaitGate();
                    }

                    @Override
                    public void memberRemoved(MembershipEvent event) {}
                });
            }
            members.start(TestMap::member);
            assertTrue(busy.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
            members.crash(1);
            assertFalse(members.get(0).safety().settled());
        } finally {
            gate.countDown();
        }
    }

    @Test
    void refusesAtOnce_whileThereAreTooFewMembers() {
        try (TestMembers members = TestMembers.of(TestMap::member, 2)) {
            members.crash(1);
            Await.until(LIMIT, "it refuses", () -> {
                long begun = System.nanoTime();
                Refusal refusal = assertThrows(
                        Refusal.class, () -> write(members, true, LIMIT, write -> writes.incrementAndGet()));
                assertTrue(System.nanoTime() - begun < LIMIT.toNanos() / 2, "waiting would not help");
                return refusal.getMessage().contains("needs more members than are here");
            });
        }
    }

    @Test
    void isNotToBeHad_beforeItsMemberIsEstablished() {
        ClusterMember member = new ClusterMember("test", 2);
        ConfirmedMap<String, String> map = new ConfirmedMap<>(member, TestMap.NAME, LIMIT, false);
        assertUnknown("has not joined its cluster yet", assertThrows(Refusal.class, map::map));
    }

    private static ConfirmedMap<String, String> map(TestMembers members, boolean persistent) {
        return new ConfirmedMap<>(members.get(0), TestMap.NAME, LIMIT, persistent);
    }

    private static Written write(
            TestMembers members, boolean persistent, Duration patience, ScriptedWrite.Script script) {
        ScriptedWrite write = new ScriptedWrite(ownedKey(members), script);
        return map(members, persistent)
                .write(List.of(write), Deadline.in(patience))
                .get(0);
    }

    /** A key that the first member owns, which no test ends. */
    private static String ownedKey(TestMembers members) {
        HazelcastInstance hazelcast = members.hazelcast(0);
        Member self = hazelcast.getCluster().getLocalMember();
        return IntStream.range(0, 1000)
                .mapToObj(i -> "key" + i)
                .filter(key -> self.equals(
                        hazelcast.getPartitionService().getPartition(key).getOwner()))
                .findFirst()
                .orElseThrow();
    }

    /** A Hazelcast that sees so many of the members. */
    private static HazelcastInstance seeing(TestMembers members, int count) {
        Set<Member> some = members.hazelcast(0).getCluster().getMembers().stream()
                .limit(count)
                .collect(Collectors.toSet());
        Cluster cluster = fake(Cluster.class, "getMembers", some);
        return fake(HazelcastInstance.class, "getCluster", cluster);
    }

    private static <T> T fake(Class<T> type, String answers, Object answer) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals(answers)) {
                        return answer;
                    }
                    throw new UnsupportedOperationException(method.getName());
                }));
    }

    private void awaitGate() {
        try {
            assertTrue(gate.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertUnknown(String sentence, Refusal refusal) {
        assertTrue(refusal.getMessage().contains(sentence), refusal.getMessage());
        assertEquals(503, refusal.status());
        assertFalse(refusal.nothingWritten(), "it may have been written");
    }
}
