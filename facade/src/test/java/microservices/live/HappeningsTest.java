package microservices.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import microservices.http.Json;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.recent.Recent.Event;
import microservices.recent.Recent.Kind;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;

/** What is kept of what has happened, and how it is written. */
class HappeningsTest {

    private final Happenings happenings = new Happenings();

    private String after(long number) {
        return new String(Json.write(json -> {
            json.writeStartObject();
            happenings.write(number, json);
            json.writeEndObject();
        }));
    }

    private static Happening batch(long atMillis, int size, int texts) {
        Batch batch = TestMessages.batch("m", size);
        return Happening.of(
                "r", new Event(Kind.LET_GO, atMillis, batch.id(), size, Collections.nCopies(texts, "<text>")));
    }

    @Test
    void writesWhatCameAfterANumber_withTheIdsOfMessages() {
        Batch batch = TestMessages.batch("m", 3);
        happenings.add(List.of(Happening.of("r", new Event(Kind.HELD, 7, batch.id(), 3, List.of("m1", "m2")))));
        happenings.add(List.of(new Happening(8, "away", "r", "does not answer", null)));
        assertEquals(
                "{\"next\":2,\"events\":[{\"n\":1,\"at\":7,\"what\":\"held\",\"replica\":\"r\",\"count\":3,\"messages\":["
                        + "{\"id\":\"" + BatchIds.message(batch.id(), 1) + "\",\"text\":\"m1\"},"
                        + "{\"id\":\"" + BatchIds.message(batch.id(), 2) + "\",\"text\":\"m2\"}]},"
                        + "{\"n\":2,\"at\":8,\"what\":\"away\",\"replica\":\"r\",\"text\":\"does not answer\"}]}",
                after(0));
        assertFalse(after(1).contains("held"));
        assertEquals("{\"next\":2,\"events\":[]}", after(2));
    }

    @Test
    void ordersWhatIsAddedTogetherByTheClock() {
        happenings.add(List.of(batch(9, 1, 1), batch(8, 1, 1)));
        assertTrue(after(0).indexOf("\"at\":8") < after(0).indexOf("\"at\":9"));
        assertTrue(after(0).contains("\"what\":\"let go\""));
    }

    @Test
    void isBounded_andBatchesGoBeforeTheRest() {
        happenings.add(List.of(new Happening(0, "away", "first", "", null)));
        happenings.add(IntStream.range(0, 500).mapToObj(i -> batch(i, 1, 1)).toList());
        assertEquals(400, after(0).split("\"n\":").length - 1);
        assertTrue(after(0).contains("first"));
        happenings.add(IntStream.range(0, 20).mapToObj(i -> batch(i, 100, 100)).toList());
        assertEquals(1000, after(0).split("<text>").length - 1);
        assertTrue(after(0).contains("first"));
        happenings.add(IntStream.range(0, 500)
                .mapToObj(i -> new Happening(0, "away", "other", "", null))
                .toList());
        assertEquals(400, after(0).split("\"n\":").length - 1);
        assertFalse(after(0).contains("first"));
    }
}
