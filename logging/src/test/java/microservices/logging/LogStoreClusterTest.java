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
            assertEquals(all, new LogStore(members.get(1)).texts());
            assertEquals(all, new LogStore(members.get(2)).texts());
        }
    }

    @Test
    void theLastReplicaListsAll_whenTwoCrashAtOnce() {
        try (TestMembers members = TestMembers.ofLogging(3)) {
            List<Message> messages = writeThroughAll(members);

            members.crash(0, 1);

            assertEquals(TestMessages.texts(messages), new LogStore(members.get(2)).texts());
        }
    }

    @Test
    void aReplicaThatComesBackListsAll() {
        try (TestMembers members = TestMembers.ofLogging(3)) {
            List<Message> messages = writeThroughAll(members);
            members.crash(1);
            members.awaitSafe();
            List<Message> meanwhile = TestMessages.batch("meanwhile", 5);
            new LogStore(members.get(0)).write(meanwhile);
            messages.addAll(meanwhile);

            LogStore back = new LogStore(members.startLogging());
            members.awaitEstablished();

            assertEquals(TestMessages.texts(messages), back.texts());
        }
    }

    @Test
    void writingTheSameMessagesTwiceChangesNothing() {
        try (TestMembers members = TestMembers.ofLogging(2)) {
            List<Message> first = TestMessages.batch("same text, other id", 3);
            List<Message> second = TestMessages.batch("same text, other id", 3);
            LogStore store = new LogStore(members.get(0));
            LogStore other = new LogStore(members.get(1));
            store.write(first);
            store.write(second);
            other.write(first);

            List<Message> all = new ArrayList<>(first);
            all.addAll(second);
            assertEquals(TestMessages.texts(all), store.texts());
            assertEquals(TestMessages.texts(all), other.texts());
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
                    assertThrows(HttpError.class, () -> store.write(messages)).status());

            members.startLogging();
            members.awaitEstablished();
            assertEquals(List.of(), store.texts());
        }
    }

    @Test
    void aReplicaLeftAloneListsAll_andRefusesToWrite() {
        try (TestMembers members = TestMembers.ofLogging(2)) {
            LogStore store = new LogStore(members.get(0));
            List<Message> messages = TestMessages.batches(10, 3);
            store.write(messages);

            members.crash(1);

            assertEquals(TestMessages.texts(messages), store.texts());
            // The same messages, so that those written before the protection acts change nothing.
            Await.until(Duration.ofSeconds(20), "a write is refused", () -> refuses(store, messages));
            assertEquals(TestMessages.texts(messages), store.texts());
        }
    }

    private static boolean refuses(LogStore store, List<Message> messages) {
        try {
            store.write(messages);
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
            new LogStore(members.get(i % 3)).write(batch);
            all.addAll(batch);
        }
        return all;
    }
}
