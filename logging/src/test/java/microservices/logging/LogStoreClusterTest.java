package microservices.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.message.Message;
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
            List<Message> messages = writeThroughAll(members);

            members.crash(0);

            List<String> all = TestMessages.texts(messages);
            assertEquals(all, texts(new LogStore(members.get(1))));
            assertEquals(all, texts(new LogStore(members.get(2))));
        }
    }

    @Test
    void theLastReplicaListsAll_whenTwoCrashAtOnce() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<Message> messages = writeThroughAll(members);

            members.crash(0, 1);

            assertEquals(TestMessages.texts(messages), texts(new LogStore(members.get(2))));
        }
    }

    @Test
    void aReplicaThatComesBackListsAll() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<Message> messages = writeThroughAll(members);
            members.crash(1);
            members.awaitSafe();
            List<Message> meanwhile = TestMessages.batch("meanwhile", 5);
            new LogStore(members.get(0)).write(TestMessages.attempts(meanwhile));
            messages.addAll(meanwhile);

            LogStore back = new LogStore(members.start(LogCluster::member));
            members.awaitEstablished();

            assertEquals(TestMessages.texts(messages), texts(back));
        }
    }

    @Test
    void aLargeLogIsGatheredInGroups_andIsTheSame() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<String> all = TestMessages.texts(writeThroughAll(members));
            for (int idsAtOnce : new int[] {1, 7, 100, 299, 300}) {
                LogStore store = new LogStore(members.get(1), new LogReadings(idsAtOnce));
                assertEquals(all, texts(store), "ids at once: " + idsAtOnce);
            }
        }
    }

    @Test
    void eachReadingHasWhatWasWrittenBeforeIt_andEarlierOnesGoOn() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = new LogStore(members.get(0));
            List<Message> all = new ArrayList<>(TestMessages.batches(5, 20));
            store.write(TestMessages.attempts(all));
            try (LogReading stuck = store.read()) {
                List<String> before = TestMessages.texts(all);
                for (int i = 0; i < 10; i++) {
                    List<Message> more = TestMessages.batch("more" + i + "-", 3);
                    new LogStore(members.get(1)).write(TestMessages.attempts(more));
                    all.addAll(more);
                    assertEquals(TestMessages.texts(all), texts(store));
                    assertEquals(TestMessages.texts(all), texts(store));
                }
                List<String> read = new ArrayList<>();
                stuck.forEach(read::add);
                assertEquals(before, read);
            }
        }
    }

    @Test
    void textsOfAnyLengthAreRead() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = new LogStore(members.get(0));
            List<Message> all = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                List<Message> small = TestMessages.batch("s", 200);
                List<Message> large = TestMessages.batch("l".repeat(64_000), 3);
                store.write(TestMessages.attempts(small));
                store.write(TestMessages.attempts(large));
                all.addAll(small);
                all.addAll(large);
            }
            assertEquals(TestMessages.texts(all), texts(store));
        }
    }

    @Test
    void pagesAreTheWholeLog_whateverTheTextsWeigh() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
            LogStore store = new LogStore(members.get(0));
            List<Message> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                List<Message> messages = new ArrayList<>(TestMessages.batch("s", 200));
                messages.addAll(TestMessages.batch("l".repeat(64_000), 10));
                store.write(TestMessages.attempts(messages));
                all.addAll(messages);
            }
            List<Message> read = new ArrayList<>();
            String last = all.get(4).id();
            for (int page = 0; read.size() < all.size() - 5; page++) {
                assertTrue(page < 10, "pages: " + page);
                try (LogReading reading = store.read()) {
                    read.addAll(reading.after(UUID.fromString(last)));
                    last = read.get(read.size() - 1).id();
                }
            }
            assertEquals(all.subList(5, all.size()), read);
            try (LogReading reading = store.read()) {
                assertEquals(List.of(), reading.after(UUID.fromString(last)));
            }
        }
    }

    @Test
    void aReadingUnderWayIsWhole_orFails_whenMembersGo() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<String> all = TestMessages.texts(writeThroughAll(members));
            LogStore store = new LogStore(members.get(2), new LogReadings(7));
            try (LogReading reading = store.read()) {
                Iterator<String> texts = reading.iterator();
                List<String> read = new ArrayList<>(List.of(texts.next()));
                members.leave(0);
                members.crash(1);
                texts.forEachRemaining(read::add);
                assertEquals(all, read);
            }
        }
    }

    @Test
    void noReadingMissesWhatWasThereWhenItBegan_whileMembersComeAndGo() throws InterruptedException {
        try (TestMembers members = TestMembers.of(LogCluster::member, 3)) {
            List<String> all = TestMessages.texts(writeThroughAll(members));
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger readings = new AtomicInteger();
            List<String> wrong = new CopyOnWriteArrayList<>();
            LogStore store = new LogStore(members.get(2), new LogReadings(7));
            Thread reader = new Thread(() -> {
                while (!done.get()) {
                    try {
                        List<String> read = texts(store);
                        readings.incrementAndGet();
                        if (!read.equals(all)) {
                            wrong.add(read.size() + " of " + all.size());
                        }
                    } catch (Refusal e) {
                        assertEquals(503, e.status()); // it may fail, but not lie
                    }
                }
            });
            reader.start();
            members.start(LogCluster::member);
            members.awaitEstablished();
            members.crash(0);
            members.awaitSafe();
            members.start(LogCluster::member);
            members.awaitEstablished();
            members.leave(1);
            members.awaitSafe();
            done.set(true);
            reader.join(TimeUnit.SECONDS.toMillis(20));

            assertTrue(readings.get() > 10, "readings: " + readings);
            assertEquals(List.of(), wrong);
        }
    }

    @Test
    void writingTheSameMessagesTwiceChangesNothing() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
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
            LogStore store = new LogStore(members.start(LogCluster::member));
            assertEquals(503, assertThrows(Refusal.class, store::read).status());
            List<Message> messages = TestMessages.batch("m", 2);
            assertEquals(
                    503,
                    assertThrows(Refusal.class, () -> store.write(TestMessages.attempts(messages)))
                            .status());

            members.start(LogCluster::member);
            members.awaitEstablished();
            assertEquals(List.of(), texts(store));
        }
    }

    @Test
    void aReplicaLeftAloneListsAll_andRefusesToWrite() {
        try (TestMembers members = TestMembers.of(LogCluster::member, 2)) {
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
        try (LogReading reading = store.read()) {
            List<String> texts = new ArrayList<>();
            reading.forEach(texts::add);
            return texts;
        }
    }

    private static boolean refuses(LogStore store, List<Message> messages) {
        try {
            store.write(TestMessages.attempts(messages));
            return false;
        } catch (Refusal e) {
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
