package microservices.recent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import microservices.message.Batch;
import microservices.recent.Recent.Event;
import microservices.recent.Recent.Kind;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;

/** What is kept of the last batches, and what is told of them. */
class RecentBatchesTest {

    private static final UUID NO_RUN = new UUID(0, 0);

    private final RecentBatches batches = new RecentBatches();

    private Recent all() {
        return batches.since(0, NO_RUN, "r", List.of());
    }

    @Test
    void tellsWhatHasHappenedToWhichMessages_theOldestFirst() {
        Batch one = TestMessages.batch("a", 2);
        Batch two = TestMessages.batch("b", 1);
        batches.add(Kind.LOGGED, List.of(one, two));
        Recent told = all();
        assertEquals(3, told.messages());
        assertEquals(2, told.last());
        assertEquals(
                List.of(List.of("a0", "a1"), List.of("b0")),
                told.events().stream().map(Event::texts).toList());
        assertEquals(
                List.of(one.id(), two.id()),
                told.events().stream().map(Event::batch).toList());
        assertTrue(told.events().stream().allMatch(event -> event.kind() == Kind.LOGGED));
    }

    @Test
    void tellsOnlyWhatCameAfterwards_butAllToWhomIsOfAnotherRun() {
        batches.add(Kind.HELD, TestMessages.batches(3, 1));
        UUID run = all().run();
        assertEquals(1, batches.since(2, run, "r", List.of()).events().size());
        assertEquals(0, batches.since(3, run, "r", List.of()).events().size());
        assertEquals(
                3, batches.since(3, UUID.randomUUID(), "r", List.of()).events().size());
    }

    @Test
    void keepsABoundedNumber_andABoundedSize_andTheLastOneHoweverLarge() {
        batches.add(Kind.HELD, TestMessages.batches(1000, 1));
        assertEquals(200, all().events().size());
        assertEquals(1000, all().messages());
        Batch large = TestMessages.of("x".repeat(700 * 1024));
        batches.add(Kind.HELD, List.of(large, large));
        assertEquals(1, all().events().size());
        Batch small = TestMessages.of("small");
        batches.add(Kind.HELD, List.of(small));
        assertEquals(2, all().events().size());
    }

    @Test
    void tellsTheTextsOfTheLastHundredMessages_cutShort() {
        batches.add(Kind.HELD, List.of(TestMessages.batch("old", 30), TestMessages.batch("new", 90)));
        List<Event> events = all().events();
        assertEquals(10, events.get(0).texts().size());
        assertEquals(20, events.get(0).firstPlace());
        assertEquals("old20", events.get(0).texts().get(0));
        assertEquals(90, events.get(1).texts().size());
        batches.add(Kind.HELD, List.of(TestMessages.of("😀".repeat(81))));
        String cut = all().events().get(2).texts().get(0);
        assertEquals("😀".repeat(79) + "…", cut);
    }

    @Test
    void countsWhatWasLetGoNotAgain_andNoBatchWithoutMessages() {
        Batch batch = TestMessages.batch("a", 2);
        batches.add(Kind.HELD, List.of(batch));
        batches.add(Kind.LET_GO, List.of(batch));
        batches.add(Kind.HELD, List.of(TestMessages.batch("none", 0)));
        assertEquals(2, all().messages());
        assertEquals(2, all().events().size());
    }

    @Test
    void isReadAsItWasWritten_andNothingElseIs() throws IOException {
        batches.add(Kind.LET_GO, List.of(TestMessages.batch("é😀", 3)));
        Recent told = batches.since(0, NO_RUN, "r", List.of("one thing"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        told.write(new DataOutputStream(out));
        byte[] bytes = out.toByteArray();
        assertEquals(told, read(bytes));
        for (int length = 0; length < bytes.length; length++) {
            byte[] less = Arrays.copyOf(bytes, length);
            assertThrows(IOException.class, () -> read(less));
        }
    }

    private static Recent read(byte[] bytes) throws IOException {
        return Recent.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }
}
