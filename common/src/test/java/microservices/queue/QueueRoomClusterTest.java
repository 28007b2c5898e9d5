package microservices.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.message.Batch;
import microservices.message.Refusal;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many messages may wait. */
@Timeout(60)
class QueueRoomClusterTest {

    private static final UUID A = new UUID(0, 1);

    @Test
    void refusesWhatItHasNoRoomFor_andTakesItWhenTheOthersAreClaimed() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            QueueRoom room = room(members, 0, 10);
            Ledger ledger = new Ledger(members.get(0));
            room.check(8);
            List<Batch> accepted = List.of(TestMessages.batch("a", 7), TestMessages.batch("b", 1));
            register(ledger, accepted);

            QueueRoom other = room(members, 0, 10);
            assertFull(other, 3);
            other.check(2);

            ledger.claim(TestMessages.ids(accepted.subList(0, 1)), A);
            assertFull(other, 10);
            other.check(9);
            ledger.claim(TestMessages.ids(accepted), A);
            other.check(10);
        }
    }

    @Test
    void hasNoRoomForMoreThanItsCapacity_howeverEmptyItIs() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            assertFull(room(members, 0, 10), 11);
            room(members, 0, 10).check(10);
            room(members, 0, 1).check(1);
        }
    }

    @Test
    void whatAFacadeAcceptsWithoutAskingAgain_staysWithinItsPart() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            QueueRoom room = room(members, 0, 80);
            room.check(1); // of the room of 80, a quarter is granted
            register(new Ledger(members.get(1)), List.of(TestMessages.batch("m", 80)));
            int more = 0;
            while (more < 100 && accepts(room)) {
                more++;
            }
            assertTrue(more <= 19, "accepted without asking: " + more);
        }
    }

    @Test
    void goesByTheLastAnswer_whileTheLedgerDoesNotSayHowManyWait() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            AtomicBoolean silent = new AtomicBoolean();
            QueueRoom room = new QueueRoom(members.get(0), () -> silent.get() ? fail() : 3, 10);
            room.check(1); // granted with it is a half of the 7 that are left
            silent.set(true);
            room.check(2);
            room.check(4);
            assertFull(room, 1);
        }
    }

    @Test
    void refuses_whenTheLedgerHasNeverSaidHowManyWait() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            QueueRoom room = new QueueRoom(members.get(0), QueueRoomClusterTest::fail, 10);
            assertTrue(assertThrows(Refusal.class, () -> room.check(1)).nothingWritten());
        }
    }

    private static long fail() {
        throw Refusal.unknown("looking through the ledger took too long");
    }

    @Test
    void whatIsOfferedAgainByAllMembers_isHalfOfTheQueueAtMost() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            QueueRoom room = room(members, 0, 600);
            assertEquals(100, room.toOfferAgain(0));
            assertEquals(1, room.toOfferAgain(297));
            assertEquals(0, room.toOfferAgain(298));
            assertTrue(room.toOfferAgain(1000) <= 0);
        }
    }

    @Test
    void somethingIsAlwaysOfferedAgain_ifNothingWaits_howeverSmallTheQueueIs() {
        try (TestMembers members = TestMembers.ofQueue(2, A)) {
            QueueRoom room = room(members, 0, 1);
            assertEquals(1, room.toOfferAgain(0));
            assertEquals(0, room.toOfferAgain(1));
        }
    }

    private static QueueRoom room(TestMembers members, int index, int capacity) {
        return new QueueRoom(members.get(index), new Ledger(members.get(index)), capacity);
    }

    private static void register(Ledger ledger, List<Batch> batches) {
        ledger.register(batches, Deadline.in(TestMessages.PATIENCE));
    }

    private static void assertFull(QueueRoom room, int messages) {
        Refusal full = assertThrows(Refusal.class, () -> room.check(messages));
        assertEquals(503, full.status());
        assertTrue(full.nothingWritten());
        assertTrue(full.getMessage().contains("the queue is full"), full.getMessage());
    }

    private static boolean accepts(QueueRoom room) {
        try {
            room.check(1);
            return true;
        } catch (Refusal e) {
            return false;
        }
    }
}
