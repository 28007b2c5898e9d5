package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import microservices.common.Await;
import microservices.common.HttpError;
import microservices.common.Message;
import microservices.common.TestMembers;
import microservices.common.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogStoreClusterTest {

    @Test
    void eachReplicaListsAllInTheOrderOfAcceptance_whenOneCrashes() {
        try (TestMembers members = TestMembers.ofLogging(3)) {
            List<Message> messages = writeThroughAll(members);

            members.crash(0);

            List<String> all = TestMessages.texts(messages);
            assertEquals(all, texts(new LogStore(members.get(1))));
            assertEquals(all, texts(new LogStore(members.get(2))));
        }
    }

    @Test
    void theLastReplicaListsAll_whenTwoCrashAtOnce() {
        try (TestMembers members = TestMembers.ofLogging(3)) {
            List<Message> messages = writeThroughAll(members);

            members.crash(0, 1);

            assertEquals(TestMessages.texts(messages), texts(new LogStore(members.get(2))));
        }
    }

    @Test
    void aReplicaThatComesBackListsAll() {
        try (TestMembers members = TestMembers.ofLogging(3)) {
            List<Message> messages = writeThroughAll(members);
            members.crash(1);
            members.awaitSafe();
            List<Message> meanwhile = TestMessages.batch("meanwhile", 5);
            new LogStore(members.get(0)).write(TestMessages.attempts(meanwhile));
            messages.addAll(meanwhile);

            LogStore back = new LogStore(members.startLogging());
            members.awaitEstablished();

            assertEquals(TestMessages.texts(messages), texts(back));
        }
    }

    @Test
    void writingTheSameMessagesTwiceChangesNothing() {
        try (TestMembers members = TestMembers.ofLogging(2)) {
            List<Message> first = TestMessages.batch("same text, other id", 3);
            List<Message> second = TestMessages.batch("same text, other id", 3);
            LogStore store = new LogStore(members.get(0));
            LogStore other = new LogStore(members.get(1));
            store.write(TestMessages.attempts(first));
            store.write(TestMessages.attempts(second));
            other.write(TestMessages.attempts(first));

            List<Message> all = new ArrayList<>(first);
            all.addAll(second);
            assertEquals(TestMessages.texts(all), texts(store));
            assertEquals(TestMessages.texts(all), texts(other));
        }
    }

    @Test
    void aLoneReplicaStartedAfreshAnswers503_ratherThanAnEmptyList() {
        try (TestMembers members = TestMembers.none()) {
            LogStore store = new LogStore(members.startLogging());
            assertEquals(503, assertThrows(HttpError.class, store::texts).status());
            List<Message> messages = TestMessages.batch("m", 2);
            assertEquals(
                    503,
                    assertThrows(HttpError.class, () -> store.write(TestMessages.attempts(messages)))
                            .status());

            members.startLogging();
            members.awaitEstablished();
            assertEquals(List.of(), texts(store));
        }
    }

    @Test
    void aReplicaLeftAloneListsAll_andRefusesToWrite() {
        try (TestMembers members = TestMembers.ofLogging(2)) {
            LogStore store = new LogStore(members.get(0));
            List<Message> messages = TestMessages.batches(10, 3);
            store.write(TestMessages.attempts(messages));

            members.crash(1);

            assertEquals(TestMessages.texts(messages), texts(store));
            // The same messages, so that those written before the protection acts change nothing.
            Await.until(Duration.ofSeconds(20), "a write is refused", () -> refuses(store, messages));
            assertEquals(TestMessages.texts(messages), texts(store));
        }
    }

    static List<String> texts(LogStore store) {
        return store.texts();
    }

    private static boolean refuses(LogStore store, List<Message> messages) {
        try {
            store.write(TestMessages.attempts(messages));
            return false;
        } catch (HttpError e) {
            assertEquals(503, e.status());
            return true;
        }
    }

    /** Writes batches through one replica after another; returns all in order. */
    private static List<Message> writeThroughAll(TestMembers members) {
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            List<Message> batch = TestMessages.batch("batch" + i + "-", 5);
            new LogStore(members.get(i % 3)).write(TestMessages.attempts(batch));
            all.addAll(batch);
        }
        return all;
    }
}
