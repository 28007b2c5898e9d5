package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import microservices.concurrent.Deadline;
import microservices.message.Batch;
import microservices.message.Refusal;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogStoreClusterTest {

    @Test
    void eachReplicaListsAllInTheOrderOfAcceptance_whenOneCrashes() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<Batch> batches = writeThroughAll(members);

            members.crash(0);

            List<String> all = TestMessages.texts(batches);
            assertEquals(all, Logs.texts(new LogStore(members.get(1))));
            assertEquals(all, Logs.texts(new LogStore(members.get(2))));
        }
    }

    @Test
    void theLastReplicaListsAll_whenTwoCrashAtOnce() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<Batch> batches = writeThroughAll(members);

            members.crash(0, 1);

            assertEquals(TestMessages.texts(batches), Logs.texts(new LogStore(members.get(2))));
        }
    }

    @Test
    void aReplicaThatComesBackListsAll() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<Batch> batches = writeThroughAll(members);
            members.crash(1);
            members.awaitSafe();
            List<Batch> meanwhile = TestMessages.batches(3, 5);
            new LogStore(members.get(0)).write(TestMessages.withoutKeys(meanwhile));
            batches.addAll(meanwhile);

            LogStore back = new LogStore(members.start(LogCluster::member));
            members.awaitEstablished();

            assertEquals(TestMessages.texts(batches), Logs.texts(back));
        }
    }

    @Test
    void writingTheSameBatchesTwiceChangesNothing() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            List<Batch> first = List.of(TestMessages.of("same text, other id"), TestMessages.batch("m", 3));
            List<Batch> second = List.of(TestMessages.of("same text, other id"), TestMessages.batch("m", 3));
            LogStore store = new LogStore(members.get(0));
            LogStore other = new LogStore(members.get(1));
            store.write(TestMessages.withoutKeys(first));
            store.write(TestMessages.withoutKeys(second));
            other.write(TestMessages.withoutKeys(first));

            List<Batch> all = new ArrayList<>(first);
            all.addAll(second);
            assertEquals(TestMessages.texts(all), Logs.texts(store));
            assertEquals(TestMessages.texts(all), Logs.texts(other));
        }
    }

    @Test
    void anotherTextWithAnIdThatIsTaken_isNotWritten() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = new LogStore(members.get(0));
            Batch first = TestMessages.of("first");
            Batch another = TestMessages.of("another").withId(first.id());
            assertEquals(List.of(Optional.of(first.id())), store.write(TestMessages.withoutKeys(List.of(first))));
            assertEquals(List.of(Optional.empty()), store.write(TestMessages.withoutKeys(List.of(another))));
            assertEquals(List.of("first"), Logs.texts(store));
        }
    }

    @Test
    void aLoneReplicaStartedAfreshAnswers503_ratherThanAnEmptyList() {
        try (TestMembers members = TestMembers.none()) {
            LogStore store = new LogStore(members.start(LogCluster::member));
            assertEquals(
                    503,
                    assertThrows(Refusal.class, () -> store.reader().open()).status());
            List<Batch> batches = TestMessages.batches(2, 1);
            assertEquals(
                    503,
                    assertThrows(Refusal.class, () -> store.write(TestMessages.withoutKeys(batches)))
                            .status());

            members.start(LogCluster::member);
            members.awaitEstablished();
            assertEquals(List.of(), Logs.texts(store));
        }
    }

    @Test
    void aReplicaLeftAloneListsAll_andRefusesToWrite() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = new LogStore(members.get(0));
            List<Batch> batches = TestMessages.batches(10, 3);
            store.write(TestMessages.withoutKeys(batches));

            members.crash(1);

            assertEquals(TestMessages.texts(batches), Logs.texts(store));
            // The same batches, so that those written before the protection acts change nothing.
            Await.until(Duration.ofSeconds(20), "a write is refused", () -> refuses(store, batches));
            assertEquals(TestMessages.texts(batches), Logs.texts(store));
        }
    }

    private static boolean refuses(LogStore store, List<Batch> batches) {
        try {
            store.write(TestMessages.withoutKeys(batches));
            return false;
        } catch (Refusal e) {
            assertEquals(503, e.status());
            return true;
        }
    }

    /** Writes batches through one replica after another; returns all in order. */
    static List<Batch> writeThroughAll(TestMembers members) {
        List<Batch> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Batch batch = TestMessages.batch("batch" + i + "-", 5);
            write(new LogStore(members.get(i % 3)), batch);
            all.add(batch);
        }
        return all;
    }

    /** As a facade does: the first write in a JVM that has just started may take longer than one attempt may. */
    private static void write(LogStore store, Batch batch) {
        Deadline deadline = Deadline.in(TestMessages.PATIENCE);
        while (true) {
            try {
                store.write(TestMessages.withoutKeys(List.of(batch)));
                return;
            } catch (Refusal e) {
                if (deadline.passed()) {
                    throw e;
                }
            }
        }
    }
}
