package microservices.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import microservices.message.Batch;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;

class MessageStoreTest {

    private final MessageStore store = new MessageStore();

    @Test
    void listsInTheOrderOfAcceptance_inWhateverOrderTheyCome() {
        List<Batch> batches = TestMessages.batches(6, 3);
        store.add(batches.subList(4, 6));
        store.add(List.of(batches.get(2), batches.get(0)));
        store.add(List.of(batches.get(3), batches.get(1)));
        assertEquals(batches, store.batches());
        assertEquals(18, store.size());
    }

    @Test
    void holdsABatchOnce_howeverOftenItIsAdded() {
        List<Batch> batches = TestMessages.batches(2, 2);
        assertEquals(batches, store.add(batches));
        assertEquals(List.of(), store.add(batches), "nothing of it is new");
        assertEquals(batches, store.batches());
        assertEquals(4, store.size());
    }

    @Test
    void tellsWhichBatchesAreNew() {
        List<Batch> batches = TestMessages.batches(3, 1);
        assertEquals(batches.subList(1, 2), store.add(batches.subList(1, 2)));
        assertEquals(List.of(batches.get(0), batches.get(2)), store.add(batches));
        assertEquals(List.of(), store.add(batches));
    }

    @Test
    void holdsEqualTextsOfDifferentBatches() {
        List<Batch> same = List.of(TestMessages.of("same"), TestMessages.of("same"));
        store.add(same);
        assertEquals(same, store.batches());
        assertEquals(2, store.size());
    }

    @Test
    void givesACopy_thatLaterBatchesDoNotChange() {
        List<Batch> batches = TestMessages.batches(2, 1);
        store.add(batches.subList(0, 1));
        List<Batch> before = store.batches();
        store.add(batches.subList(1, 2));
        assertEquals(batches.subList(0, 1), before);
        assertEquals(batches, store.batches());
    }

    @Test
    void letsGoOfBatches_andCountsWhatIsLeft() {
        List<Batch> batches = TestMessages.batches(4, 5);
        store.add(batches);
        store.remove(Set.of(batches.get(1).id(), batches.get(3).id(), UUID.randomUUID()));
        assertEquals(List.of(batches.get(0), batches.get(2)), store.batches());
        assertEquals(10, store.size());
    }

    @Test
    void takesABatchAgain_afterItHasLetGoOfIt() {
        List<Batch> batches = TestMessages.batches(1, 2);
        store.add(batches);
        store.remove(TestMessages.ids(batches));
        assertEquals(batches, store.add(batches));
        assertEquals(2, store.size());
    }

    @Test
    void isEmptyAtFirst() throws IOException {
        assertEquals(List.of(), store.batches());
        assertEquals(0, store.size());
        assertEquals("[]", list());
    }

    @Test
    void isListedAsJson_withTheTextsOfAllBatchesInOrder() throws IOException {
        Batch first = TestMessages.batch("a", 2);
        Batch second = TestMessages.of("\"quoted\" \\ \n \u00fc \ud83d\ude00");
        Batch third = TestMessages.of("last");
        store.add(List.of(third, second, first));
        assertEquals("[\"a0\",\"a1\",\"\\\"quoted\\\" \\\\ \\n \u00fc \ud83d\ude00\",\"last\"]", list());
    }

    private String list() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        MessagesRoutes.write(store, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
