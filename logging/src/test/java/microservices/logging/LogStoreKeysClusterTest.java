package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hazelcast.core.EntryView;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import microservices.message.Batch;
import microservices.message.IdList;
import microservices.message.KeyedBatch;
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
            Future<List<UUID>> one = threads.submit(rival(members, 0, keys, together));
            Future<List<UUID>> other = threads.submit(rival(members, 1, keys, together));

            assertEquals(one.get(), other.get());
            assertEquals(ROUNDS, new HashSet<>(one.get()).size(), "one id for each key");
            assertEquals(sorted(keys), sorted(Logs.texts(store(members, 0))));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Posts each key, as a text too, at the same moment as the other one. */
    private static Callable<List<UUID>> rival(
            TestMembers members, int index, List<String> keys, CyclicBarrier together) {
        return () -> {
            List<UUID> ids = new ArrayList<>();
            for (String key : keys) {
                KeyedBatch attempt = TestMessages.attempt(key, key);
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
            List<Optional<UUID>> first = store(members, 0).write(attempts(keys));

            members.crash(0);
            members.awaitSafe();
            assertEquals(first, store(members, 1).write(attempts(keys)));

            members.start(LogCluster::member);
            members.awaitEstablished();
            members.crash(1);
            members.awaitSafe();
            assertEquals(first, store(members, 3).write(attempts(keys)));
            assertEquals(sorted(keys), sorted(Logs.texts(store(members, 2))));
        }
    }

    @Test
    void anotherTextWithTheKeyIsNotWritten_andTheRestOfItsBatchIs() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            String taken = keys(1).get(0);
            String free = keys(1).get(0);
            Optional<UUID> id = write(store(members, 0), TestMessages.attempt("a", taken));
            List<KeyedBatch> batch = new ArrayList<>(TestMessages.withoutKeys(List.of(TestMessages.of("unkeyed"))));
            batch.add(TestMessages.attempt("b", taken));
            batch.add(TestMessages.attempt("c", free));
            batch.add(TestMessages.attempt("a", taken));

            assertEquals(
                    List.of(own(batch, 0), Optional.empty(), own(batch, 2), id),
                    store(members, 1).write(batch));
            assertEquals(List.of("a", "unkeyed", "c"), Logs.texts(store(members, 0)));
        }
    }

    @Test
    void ofTwoInABatchWithOneKey_theEarlierIsFirst() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            String key = keys(1).get(0);
            List<KeyedBatch> batch = List.of(
                    TestMessages.attempt("a", key), TestMessages.attempt("b", key), TestMessages.attempt("a", key));

            assertEquals(
                    List.of(own(batch, 0), Optional.empty(), own(batch, 0)),
                    store(members, 0).write(batch));
            assertEquals(List.of("a"), Logs.texts(store(members, 1)));
        }
    }

    @Test
    void everyAttemptHearsOfTheFirst_whenItsCopiesWereNotMade_andItsOwnerHasCrashed() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            int owner = 1;
            List<KeyedBatch> first = writtenWithoutCopies(members.hazelcast(owner));

            assertEquals(ids(first), store(members, 2).write(sameKeys(first)), "the owner knows of the first");
            members.crash(owner);
            members.awaitSafe();

            assertEquals(ids(first), store(members, 2).write(sameKeys(first)), "so do the copies by now");
            assertEquals(texts(first), Logs.texts(store(members, 0)));
        }
    }

    @Test
    void whatTheOwnerAloneHas_isInAllCopiesOnceItIsConfirmed() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            int owner = 1;
            List<KeyedBatch> first = writtenWithoutCopies(members.hazelcast(owner));
            IdList ids = new IdList();
            first.forEach(attempt -> ids.add(attempt.batch().id()));

            List<Batch> batches = first.stream().map(KeyedBatch::batch).toList();
            assertEquals(batches, store(members, 2).confirm(ids));
            members.crash(owner);
            members.awaitSafe();

            assertEquals(texts(first), Logs.texts(store(members, 0)));
        }
    }

    /** Attempts that their owner has, and nobody else. */
    private static List<KeyedBatch> writtenWithoutCopies(HazelcastInstance owner) {
        List<KeyedBatch> attempts = attempts(keysOwnedBy(owner, 5));
        IMap<Object, Batch> map = owner.getMap(LogCluster.LOG);
        for (KeyedBatch attempt : attempts) {
            map.executeOnKey(attempt.key().orElseThrow(), new Uncopied(attempt.batch()));
        }
        return attempts;
    }

    /** Writes on the owner alone, as if what it sent to the others had been lost. Runs in the owner's process only. */
    private record Uncopied(Batch batch) implements EntryProcessor<Object, Batch, Boolean> {

        @Override
        public Boolean process(Map.Entry<Object, Batch> entry) {
            entry.setValue(batch);
            return true;
        }

        @Override
        public EntryProcessor<Object, Batch, Boolean> getBackupProcessor() {
            return null;
        }
    }

    @Test
    void aWholeBatchOfKeysIsWritten_eachForItsOwnMessage() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            List<KeyedBatch> attempts = attempts(keys(300));

            assertEquals(ids(attempts), store(members, 0).write(attempts));
            assertEquals(ids(attempts), store(members, 1).write(sameKeys(attempts)));
            assertEquals(texts(attempts), Logs.texts(store(members, 1)));
        }
    }

    @Test
    void anyKeyStandsForItsOwnMessage_alsoOneThatLooksLikeAnId() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            Batch plain = TestMessages.of("plain");
            List<KeyedBatch> attempts = new ArrayList<>(TestMessages.withoutKeys(List.of(plain)));
            String uuid = plain.id().toString();
            for (String key : List.of(uuid, uuid.toUpperCase(Locale.ROOT), "order-4711", "!", "~\"", "k".repeat(255))) {
                attempts.add(TestMessages.attempt("text of " + key, key));
            }

            assertEquals(ids(attempts), store(members, 0).write(attempts));
            assertEquals(ids(attempts), store(members, 1).write(sameKeys(attempts)));
            assertEquals(texts(attempts), Logs.texts(store(members, 1)));
        }
    }

    @Test
    void aKeyIsRememberedAsLongAsItsMessage() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            String key = keys(1).get(0);
            write(store(members, 0), TestMessages.attempt("a", key));
            EntryView<Object, Batch> entry =
                    members.hazelcast(1).<Object, Batch>getMap(LogCluster.LOG).getEntryView(key);
            assertEquals(Long.MAX_VALUE, entry.getExpirationTime());
            assertEquals(1, members.hazelcast(1).getMap(LogCluster.LOG).size(), "message and key are one entry");
        }
    }

    @Test
    void aMessageWithoutAKeyIsWrittenAgain_andOneWithAnotherKeyToo() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = store(members, 0);
            Set<Optional<UUID>> ids = new HashSet<>();
            ids.addAll(store.write(TestMessages.withoutKeys(List.of(TestMessages.of("a")))));
            ids.addAll(store.write(TestMessages.withoutKeys(List.of(TestMessages.of("a")))));
            keys(2).forEach(key -> ids.add(write(store, TestMessages.attempt("a", key))));

            assertEquals(4, ids.size());
            assertEquals(List.of("a", "a", "a", "a"), Logs.texts(store));
        }
    }

    @Test
    void aReplicaLeftAloneTakesNoKey() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = store(members, 0);
            members.crash(1);
            Await.until(Duration.ofSeconds(20), "a write is refused", () -> {
                Refusal error = assertThrows(Refusal.class, () -> store.write(attempts(keys(1))));
                return error.status() == 503 && error.getMessage().contains("more members");
            });
            String key = keys(1).get(0);
            assertThrows(Refusal.class, () -> write(store, TestMessages.attempt("a", key)));

            members.start(LogCluster::member);
            members.awaitEstablished();
            KeyedBatch later = TestMessages.attempt("b", key);
            assertEquals(Optional.of(later.batch().id()), write(store, later), "the key was free");
            assertNotEquals(Optional.empty(), write(store(members, 2), TestMessages.attempt("b", key)));
        }
    }

    private static LogStore store(TestMembers members, int index) {
        return new LogStore(members.get(index));
    }

    private static Optional<UUID> write(LogStore store, KeyedBatch attempt) {
        return store.write(List.of(attempt)).get(0);
    }

    private static Optional<UUID> own(List<KeyedBatch> batch, int index) {
        return Optional.of(batch.get(index).batch().id());
    }

    private static List<String> keys(int count) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(UUID.randomUUID().toString());
        }
        return keys;
    }

    /** For each key an attempt whose text is the key. */
    private static List<KeyedBatch> attempts(List<String> keys) {
        return keys.stream().map(key -> TestMessages.attempt(key, key)).toList();
    }

    /** Keys whose entries that member owns. */
    private static List<String> keysOwnedBy(HazelcastInstance member, int count) {
        return Stream.generate(() -> UUID.randomUUID().toString())
                .filter(key -> member.getPartitionService()
                        .getPartition(key)
                        .getOwner()
                        .localMember())
                .limit(count)
                .toList();
    }

    /** Further attempts, each with an id of its own; what has no key is sent again as it is. */
    private static List<KeyedBatch> sameKeys(List<KeyedBatch> attempts) {
        return attempts.stream()
                .map(attempt -> attempt.key().isEmpty()
                        ? attempt
                        : TestMessages.attempt(
                                attempt.batch().messages().get(0).text(),
                                attempt.key().orElseThrow()))
                .toList();
    }

    private static List<Optional<UUID>> ids(List<KeyedBatch> attempts) {
        return attempts.stream()
                .map(attempt -> Optional.of(attempt.batch().id()))
                .toList();
    }

    private static List<String> texts(List<KeyedBatch> attempts) {
        return TestMessages.texts(attempts.stream().map(KeyedBatch::batch).toList());
    }

    private static List<String> sorted(List<String> texts) {
        return texts.stream().sorted().toList();
    }
}
