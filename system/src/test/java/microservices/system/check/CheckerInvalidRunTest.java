package microservices.system.check;

import static microservices.system.check.VerdictAssert.check;
import static microservices.system.history.MadeUpHistory.FACADE_1;
import static microservices.system.history.MadeUpHistory.FACADE_2;
import static microservices.system.history.MadeUpHistory.LOGGING_2;
import static microservices.system.history.MadeUpHistory.MESSAGES_1;
import static microservices.system.history.MadeUpHistory.MESSAGES_2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Set;
import microservices.system.history.History;
import microservices.system.history.MadeUpHistory;
import microservices.system.history.MadeUpHistory.MadeUpStrike;
import microservices.system.history.Operation;
import org.junit.jupiter.api.Test;

/** Runs in which a loss could go unseen count as nothing, though no promise was broken in them. */
class CheckerInvalidRunTest {

    private final MadeUpHistory history = new MadeUpHistory();
    private final MadeUpStrike kill = history.strike("kill", 10, 12);

    CheckerInvalidRunTest() {
        history.post("during", 10.5);
        history.post("after", 30);
        history.round(1, 40, List.of("during"), List.of("after"));
    }

    @Test
    void nothingWasDone() {
        Verdict verdict = check(new MadeUpHistory());
        assertEquals(
                List.of(
                        "no post was acknowledged in the whole run",
                        "no fault struck in the whole run",
                        "there was no final round"),
                verdict.invalid());
        assertFalse(verdict.passed());
    }

    @Test
    void nothingWasAcknowledged() {
        history.posts.remove(1);
        history.post("during").status(503);
        history.post("after", 25).status(503);
        assertTrue(check(history).invalid().contains("no post was acknowledged in the whole run"));
    }

    @Test
    void noFaultStruck() {
        history.strikes.clear();
        assertInvalid("no fault struck in the whole run");
    }

    @Test
    void theFaultWasNotReal() {
        kill.notReal = "the owner did not change";
        assertInvalid("kill at 10.000 s was not real: the owner did not change");
    }

    @Test
    void nothingWasUnderWay() {
        history.post("during").sent = 9;
        assertInvalid("no post was under way when kill at 10.000 s hit at 10.000 s");
    }

    @Test
    void somethingWasUnderWay_whenItWasSentBefore() {
        history.post("during").sent = 9;
        history.post("during").took = 1.5;
        assertValid();
    }

    @Test
    void nothingWasUnderWay_whenItWasSentRightAfter() {
        history.post("during").sent = 12.1;
        assertInvalid("no post was under way when kill at 10.000 s hit at 10.000 s");
    }

    @Test
    void nobodyPostedAfterwards() {
        history.post("after").sent = 26;
        assertInvalid("nobody posted from 27.000 s on, when the trouble of kill at 10.000 s had to be over");
    }

    @Test
    void nobodyPostedAfterwards_whereAnAnswerWasOwed() {
        kill.excused = Set.of(FACADE_1);
        kill.recovered = 20;
        assertInvalid("nobody posted from 27.000 s on, when the trouble of kill at 10.000 s had to be over");
        history.post("after").facade = FACADE_2;
        assertValid();
    }

    @Test
    void theNextStrikeCameTooEarly() {
        history.strike("pause", 50, 52).recovered = 75;
        history.post("second", 51);
        history.post("third", 70);
        history.round(2, 76, List.of("during", "second"), List.of("after", "third"));
        assertValid();

        history.strike("pause", 74, 74);
        history.post("fourth", 74);
        history.post("fifth", 90);
        history.round(3, 100, List.of("during", "second", "fifth"), List.of("after", "third", "fourth"));
        assertTrue(check(history)
                .invalid()
                .contains("pause at 50.000 s had not recovered when the next fault struck at 74.000 s"));
    }

    @Test
    void thereWasNoFinalRound() {
        history.downByRound.clear();
        history.listings.clear();
        assertInvalid("there was no final round");
    }

    @Test
    void theFinalRoundWasNotDeclared() {
        history.round(2, 50, List.of("during"), List.of("after"));
        history.downByRound.remove(2);
        assertInvalid("lists were read for rounds that were never made: [2]");
    }

    @Test
    void aRoundIsMissing() {
        history.round(3, 50, List.of("during"), List.of("after"));
        assertInvalid("final round 2 is missing, or another was made twice");
    }

    @Test
    void aLoggingReplicaWasNotRead() {
        history.listings.remove(history.listing(LOGGING_2, 1));
        assertInvalid("round 1 has to read the LOG list of each of [logging-service-1, logging-service-2,"
                + " logging-service-3] once, and read [logging-service-1, logging-service-3]");
    }

    @Test
    void aMessagesReplicaWasNotRead() {
        history.listings.remove(history.listing(MESSAGES_1, 1));
        assertInvalid("round 1 has to read the HELD list of each of [messages-service-1, messages-service-2] once,"
                + " and read [messages-service-2]");
    }

    @Test
    void aReplicaWasReadTwiceInOneRound() {
        history.listings.add(history.listing(MESSAGES_1, 1));
        assertInvalid("round 1 has to read the HELD list of each of [messages-service-1, messages-service-2] once,"
                + " and read [messages-service-1, messages-service-2, messages-service-1]");
    }

    @Test
    void allMessagesReplicasWereDown() {
        kill.targets = Set.of(MESSAGES_1, MESSAGES_2);
        history.downByRound.put(1, kill.targets);
        history.listings.removeIf(listing -> !listing.isLog());
        assertInvalid("round 1 has to read the HELD list of each of [] once, and read []");
    }

    @Test
    void aReplicaHadDiedByItself() {
        history.downByRound.put(1, Set.of(MESSAGES_1));
        history.listings.remove(history.listing(MESSAGES_1, 1));
        history.listing(MESSAGES_2, 1).texts.add("during");
        assertInvalid("messages-service-1 was down in round 1, and no strike had hit it");
        kill.targets = Set.of(MESSAGES_1);
        assertValid();
    }

    @Test
    void aDeadReplicaAnswered() {
        history.downByRound.put(1, Set.of(MESSAGES_2));
        assertInvalid("round 1 has to read the HELD list of each of [messages-service-1] once, and read"
                + " [messages-service-1, messages-service-2]");
    }

    @Test
    void aRoundBeganBeforeTheOneBeforeHadEnded() {
        history.round(2, 40.2, List.of("during"), List.of("after"));
        assertInvalid("round 2 began before round 1 had ended");
    }

    @Test
    void thereWasNoRoundBetweenTwoStrikes() {
        history.strike("pause", 60, 62);
        history.post("second", 61);
        history.post("third", 80);
        assertTrue(check(history)
                .invalid()
                .contains("there was no final round after pause at 60.000 s had recovered at 62.000 s and before the"
                        + " next strike"));
        history.round(2, 90, List.of("during", "second"), List.of("after", "third"));
        assertValid();
    }

    @Test
    void theRoundOfAStrikeCameOnlyAfterTheNextOne() {
        history.downByRound.clear();
        history.listings.clear();
        history.strike("pause", 60, 62);
        history.post("second", 61);
        history.post("third", 80);
        history.round(1, 90, List.of("during", "second"), List.of("after", "third"));
        assertInvalid("there was no final round after kill at 10.000 s had recovered at 12.000 s and before the next"
                + " strike");
    }

    @Test
    void theRoundWasMadeBeforeTheStrikeHadRecovered() {
        kill.recovered = 40.2;
        history.post("more", 31).facade(FACADE_2).status(503);
        assertTrue(check(history)
                .invalid()
                .contains("there was no final round after kill at 10.000 s had recovered at 40.200 s and before the"
                        + " next strike"));
    }

    @Test
    void aMessageWasAcknowledgedAfterTheLastRound() {
        history.post("late", 40.05).took(0.5);
        assertInvalid("1 messages were acknowledged after the last round had begun at 40.100 s, and so were never"
                + " looked for");
    }

    @Test
    void aTextWasPostedTwiceWithoutAKey() {
        history.post("during", 10.7);
        assertInvalid("'during' was posted more than once, and not with one key: [null]");
    }

    @Test
    void aTextWasPostedUnderTwoKeys() {
        history.post("during").key = "k";
        history.post("during", 10.7).key("l");
        assertInvalid("'during' was posted more than once, and not with one key: [k, l]");
    }

    @Test
    void theHistoryCouldNotBeWritten() {
        History full = new History(
                new Writer() {
                    @Override
                    public void write(char[] chars, int offset, int length) throws IOException {
                        throw new IOException("no space left");
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                },
                MadeUpHistory.REPLICAS);
        assertThrows(
                UncheckedIOException.class,
                () -> full.add(history.post("during").operation()));
        assertTrue(Checker.check(full).invalid().contains("the history could not be written: no space left"));
    }

    @Test
    void aRecordNamedNoReplica() {
        History other = new History(Writer.nullWriter(), MadeUpHistory.REPLICAS);
        Operation operation = history.post("x", 31).facade("facade-1").operation();
        String reason = "a record was refused: it names [facade-1], expected of [facade-service-1, facade-service-2]";
        assertEquals(
                reason,
                assertThrows(IllegalArgumentException.class, () -> other.add(operation))
                        .getMessage());
        assertTrue(Checker.check(other).invalid().contains(reason));
    }

    private void assertValid() {
        Verdict verdict = check(history);
        assertEquals(List.of(), verdict.invalid());
        assertEquals(List.of(), verdict.violations());
    }

    private void assertInvalid(String reason) {
        Verdict verdict = check(history);
        assertEquals(List.of(reason), verdict.invalid());
        assertEquals(List.of(), verdict.violations());
        assertFalse(verdict.passed());
    }
}
