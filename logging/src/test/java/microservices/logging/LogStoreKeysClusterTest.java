package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import microservices.message.Attempt;
import microservices.message.Refusal;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log under retries: one key, one message, whichever replica is asked and however often. */
@Timeout(60)
class LogStoreKeysClusterTest {

    private static final int ROUNDS = 40;

    @Test
    void rivalsWithOneKeyAtTwoReplicas_haveOneIdAndOneMessage() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            List<String> keys = keys(ROUNDS);
            CyclicBarrier together = new CyclicBarrier(2);
            Future<List<String>> one = threads.submit(rival(members, 0, keys, together));
            Future<List<String>> other = threads.submit(rival(members, 1, keys, together));

            assertEquals(one.get(), other.get());
            assertEquals(ROUNDS, new HashSet<>(one.get()).size(), "one id for each key");
            assertEquals(sorted(keys), sorted(LogStoreClusterTest.texts(store(members, 0))));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Posts each key, as a text too, at the same moment as the other one. */
    private static Callable<List<String>> rival(
            TestMembers members, int index, List<String> keys, CyclicBarrier together) {
        return () -> {
            List<String> ids = new ArrayList<>();
            for (String key : keys) {
                Attempt attempt = TestMessages.attempt(key, key);
                together.await(20, TimeUnit.SECONDS);
                ids.add(write(store(members, index), attempt).orElseThrow());
            }
            return ids;
        };
    }

    @Test
    void aRetryHasTheFirstId_whenMembersCrashInBetween() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<String> keys = keys(ROUNDS);
            List<Optional<String>> first = store(members, 0).write(attempts(keys));

            members.crash(0);
            members.awaitSafe();
            assertEquals(first, store(members, 1).write(attempts(keys)));

            members.start(LogCluster::member);
            members.awaitEstablished();
            members.crash(1);
            members.awaitSafe();
            assertEquals(first, store(members, 3).write(attempts(keys)));
            assertEquals(sorted(keys), sorted(LogStoreClusterTest.texts(store(members, 2))));
        }
    }

    @Test
    void aRetryFinishesWhatTheFirstAttemptLeftHalfDone() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            String key = keys(1).get(0);
            Optional<String> first = write(store(members, 0), TestMessages.attempt("a", key));
            // As if the replica had died between reserving the key and writing the message.
            members.hazelcast(0).getMap("log").clear();

            assertEquals(first, write(store(members, 1), TestMessages.attempt("a", key)));
            assertEquals(List.of("a"), LogStoreClusterTest.texts(store(members, 0)));
        }
    }

    @Test
    void anotherTextWithTheKeyIsNotWritten_andTheRestOfItsBatchIs() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            String taken = keys(1).get(0);
            String free = keys(1).get(0);
            Optional<String> id = write(store(members, 0), TestMessages.attempt("a", taken));
            List<Attempt> batch = new ArrayList<>(TestMessages.attempts(TestMessages.batch("unkeyed", 1)));
            batch.add(TestMessages.attempt("b", taken));
            batch.add(TestMessages.attempt("c", free));
            batch.add(TestMessages.attempt("a", taken));

            assertEquals(
                    List.of(own(batch, 0), Optional.empty(), own(batch, 2), id),
                    store(members, 1).write(batch));
            assertEquals(List.of("a", "unkeyed0", "c"), LogStoreClusterTest.texts(store(members, 0)));
        }
    }

    @Test
    void ofTwoInABatchWithOneKey_theEarlierIsFirst() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            String key = keys(1).get(0);
            List<Attempt> batch = List.of(
                    TestMessages.attempt("a", key), TestMessages.attempt("b", key), TestMessages.attempt("a", key));

            assertEquals(
                    List.of(own(batch, 0), Optional.empty(), own(batch, 0)),
                    store(members, 0).write(batch));
            assertEquals(List.of("a"), LogStoreClusterTest.texts(store(members, 1)));
        }
    }

    @Test
    void aMessageWithoutAKeyIsWrittenAgain_andOneWithAnotherKeyToo() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = store(members, 0);
            Set<Optional<String>> ids = new HashSet<>();
            ids.addAll(store.write(TestMessages.attempts(TestMessages.batch("a", 1))));
            ids.addAll(store.write(TestMessages.attempts(TestMessages.batch("a", 1))));
            keys(2).forEach(key -> ids.add(write(store, TestMessages.attempt("a0", key))));

            assertEquals(4, ids.size());
            assertEquals(List.of("a0", "a0", "a0", "a0"), LogStoreClusterTest.texts(store));
        }
    }

    @Test
    void aReplicaLeftAloneReservesNothing() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = store(members, 0);
            members.crash(1);
            Await.until(Duration.ofSeconds(20), "a write is refused for its key", () -> {
                Refusal error = assertThrows(Refusal.class, () -> store.write(attempts(keys(1))));
                return error.status() == 503 && error.getMessage().startsWith("reserving");
            });
            String key = keys(1).get(0);
            assertThrows(Refusal.class, () -> write(store, TestMessages.attempt("a", key)));

            members.start(LogCluster::member);
            members.awaitEstablished();
            Attempt later = TestMessages.attempt("b", key);
            assertEquals(Optional.of(later.message().id()), write(store, later), "the key was free");
            assertNotEquals(Optional.empty(), write(store(members, 2), TestMessages.attempt("b", key)));
        }
    }

    private static LogStore store(TestMembers members, int index) {
        return new LogStore(members.get(index));
    }

    private static Optional<String> write(LogStore store, Attempt attempt) {
        return store.write(List.of(attempt)).get(0);
    }

    private static Optional<String> own(List<Attempt> batch, int index) {
        return Optional.of(batch.get(index).message().id());
    }

    private static List<String> keys(int count) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(UUID.randomUUID().toString());
        }
        return keys;
    }

    /** For each key an attempt whose text is the key. */
    private static List<Attempt> attempts(List<String> keys) {
        return keys.stream().map(key -> TestMessages.attempt(key, key)).toList();
    }

    private static List<String> sorted(List<String> texts) {
        return texts.stream().sorted().toList();
    }
}
