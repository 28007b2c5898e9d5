package microservices.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import microservices.message.Message;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;

class MessageStoreTest {

    private final MessageStore store = new MessageStore();

    @Test
    void listsInTheOrderOfAcceptance_inWhateverOrderTheyCome() {
        List<Message> messages = TestMessages.batches(2, 3);
        store.add(messages.subList(4, 6));
        store.add(List.of(messages.get(2), messages.get(0)));
        store.add(List.of(messages.get(3), messages.get(1)));
        assertEquals(TestMessages.texts(messages), store.texts());
        assertEquals(6, store.size());
    }

    @Test
    void holdsAMessageOnce_howeverOftenItIsAdded() {
        List<Message> messages = TestMessages.batch("m", 2);
        assertEquals(messages, store.add(messages));
        assertEquals(List.of(), store.add(messages), "nothing of it is new");
        assertEquals(List.of("m0", "m1"), store.texts());
        assertEquals(2, store.size());
    }

    @Test
    void tellsWhichMessagesAreNew() {
        List<Message> messages = TestMessages.batch("m", 3);
        assertEquals(messages.subList(1, 2), store.add(messages.subList(1, 2)));
        assertEquals(List.of(messages.get(0), messages.get(2)), store.add(messages));
        assertEquals(List.of(), store.add(messages));
    }

    @Test
    void holdsEqualTextsOfDifferentMessages() {
        store.add(TestMessages.batch("same", 1));
        store.add(TestMessages.batch("same", 1));
        assertEquals(List.of("same0", "same0"), store.texts());
    }

    @Test
    void givesACopy_thatLaterMessagesDoNotChange() {
        store.add(TestMessages.batch("a", 1));
        List<String> texts = store.texts();
        store.add(TestMessages.batch("b", 1));
        assertEquals(List.of("a0"), texts);
        assertEquals(List.of("a0", "b0"), store.texts());
    }

    @Test
    void letsGoOfMessages() {
        List<Message> messages = TestMessages.batch("m", 4);
        store.add(messages);
        store.remove(Set.of(messages.get(1).id(), messages.get(3).id(), "unknown"));
        assertEquals(List.of(messages.get(0), messages.get(2)), store.messages());
        assertEquals(List.of("m0", "m2"), store.texts());
    }

    @Test
    void isEmptyAtFirst() {
        assertEquals(List.of(), store.texts());
        assertEquals(0, store.size());
    }
}
