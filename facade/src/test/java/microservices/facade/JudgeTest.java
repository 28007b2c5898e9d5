package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import microservices.ledger.LedgerCounts;
import microservices.queue.QueueCluster.MessagesReplica;
import org.junit.jupiter.api.Test;

/** What made-up counts mean, and what {@code GET /status} says of them. */
class JudgeTest {

    static final MessagesReplica A = new MessagesReplica("messages-service-1", "http://a", new UUID(0, 1));
    static final MessagesReplica B = new MessagesReplica("messages-service-2", "http://b", new UUID(0, 2));

    private static final long ACCEPTED = 1_700_000_000_000L;
    private static final UUID OLDEST = new UUID(ACCEPTED << 16 | 0x7000, 1L << 63);

    private final Judge judge = new Judge();
    private long now = System.nanoTime();

    /** All batches have one message. */
    private static Counts counts(
            long logged, long waiting, long heldByA, long heldByB, long listedByA, long listedByB) {
        return new Counts(
                Map.of(A, OptionalLong.of(listedByA), B, OptionalLong.of(listedByB)),
                Optional.of(new LedgerCounts(
                        waiting + heldByA + heldByB,
                        waiting,
                        Map.of(A.holder(), heldByA, B.holder(), heldByB),
                        waiting,
                        waiting == 0 ? Optional.empty() : Optional.of(OLDEST))),
                OptionalLong.of(logged),
                true);
    }

    private static Counts moving(Counts counts) {
        return new Counts(counts.listed(), counts.ledger(), counts.logged(), false);
    }

    private String verdictAfter(Duration time, Counts counts) {
        now += time.toNanos();
        return judge.judge(counts, now).toString();
    }

    private String verdict(Counts counts) {
        return verdictAfter(Duration.ofSeconds(1), counts);
    }

    private String json(Counts counts) {
        return new String(Status.of(counts, judge.judge(counts, now)).json(ACCEPTED + 7_900));
    }

    @Test
    void isClosed_whenEverythingLoggedIsHeldOnce() {
        assertEquals(
                "{\"logged\":20,\"waiting\":0,\"oldestWaitingSeconds\":0,"
                        + "\"held\":{\"messages-service-1\":12,\"messages-service-2\":8},\"verdict\":\"closed\"}",
                json(counts(20, 0, 12, 8, 12, 8)));
        assertEquals(
                "{\"logged\":0,\"waiting\":0,\"oldestWaitingSeconds\":0,\"held\":{},\"verdict\":\"closed\"}",
                json(new Counts(
                        Map.of(),
                        Optional.of(new LedgerCounts(0, 0, Map.of(), 0, Optional.empty())),
                        OptionalLong.of(0),
                        true)));
    }

    @Test
    void isOpen_whileSomethingWaits_andSaysSinceWhen() {
        assertEquals(
                "{\"logged\":20,\"waiting\":5,\"oldestWaitingSeconds\":7,"
                        + "\"held\":{\"messages-service-1\":12,\"messages-service-2\":3},\"verdict\":\"open\"}",
                json(counts(20, 5, 12, 3, 12, 3)));
    }

    @Test
    void isOpen_whileSomethingIsLoggedAndNotRegistered_orClaimedAndNotListed() {
        assertEquals(
                "{\"logged\":21,\"waiting\":1,\"oldestWaitingSeconds\":null,"
                        + "\"held\":{\"messages-service-1\":12,\"messages-service-2\":8},\"verdict\":\"open\"}",
                json(counts(21, 0, 12, 8, 12, 8)));
        assertEquals("open", verdict(counts(20, 0, 12, 8, 12, 7)));
        for (int i = 0; i < 100; i++) {
            assertEquals("open", verdict(counts(21, 0, 12, 8, 12, 8)), "it waits, however long");
        }
    }

    @Test
    void isOpen_whileSomethingIsRegisteredAndNotLogged() {
        Counts ahead = counts(20, 4, 10, 8, 10, 8);
        assertEquals(
                "{\"logged\":20,\"waiting\":2,\"oldestWaitingSeconds\":7,"
                        + "\"held\":{\"messages-service-1\":10,\"messages-service-2\":8},\"verdict\":\"open\"}",
                json(ahead));
        assertEquals("open", verdictAfter(Duration.ofMinutes(1), ahead));
    }

    @Test
    void isBroken_whenMoreIsClaimedThanWasLogged_inTwoReadings() {
        Counts unlogged = counts(19, 4, 12, 8, 12, 8);
        assertEquals("open", verdict(unlogged));
        assertEquals("broken", verdictAfter(Duration.ofSeconds(6), unlogged));
    }

    @Test
    void isBroken_whenMoreIsListedThanWasClaimed_inTwoReadings() {
        Counts twice = counts(20, 0, 12, 8, 12, 9);
        assertEquals("open", verdict(twice), "it may have been a bad moment");
        assertEquals("open", verdictAfter(Duration.ofSeconds(5), twice));
        assertEquals("broken", verdictAfter(Duration.ofSeconds(1), counts(25, 3, 14, 8, 14, 9)), "posts go on");
        assertEquals("closed", verdict(counts(25, 0, 17, 8, 17, 8)));
        assertEquals("open", verdict(twice), "it begins anew");
    }

    /** One held twice and one held by nobody are the right number together. */
    @Test
    void isBroken_whenOneMessageIsHeldTwice_andAnotherByNobody() {
        verdict(counts(20, 0, 12, 8, 11, 9));
        assertEquals("broken", verdictAfter(Duration.ofSeconds(6), counts(20, 0, 12, 8, 11, 9)));
    }

    @Test
    void isBroken_whenNobodyListsWhatWasClaimed_andNothingMoves() {
        verdict(counts(20, 0, 12, 8, 12, 7));
        assertEquals("open", verdictAfter(Duration.ofSeconds(5), counts(20, 0, 12, 8, 12, 7)));
        assertEquals("broken", verdict(counts(20, 0, 12, 8, 12, 7)));
        assertEquals(
                "{\"logged\":20,\"waiting\":0,\"oldestWaitingSeconds\":0,"
                        + "\"held\":{\"messages-service-1\":12,\"messages-service-2\":7},\"verdict\":\"broken\"}",
                json(counts(20, 0, 12, 8, 12, 7)));
    }

    @Test
    void isNotBroken_asLongAsAnyNumberChanges() {
        for (int i = 0; i < 100; i++) {
            assertEquals("open", verdictAfter(Duration.ofSeconds(5), counts(20 + i, 0, 12 + i, 8, 12 + i, 7)));
        }
    }

    @Test
    void isBroken_whenTheLogHasLostSomething() {
        verdict(counts(19, 0, 12, 8, 12, 8));
        assertEquals("broken", verdictAfter(Duration.ofSeconds(6), counts(19, 0, 12, 8, 12, 8)));
        String some = json(counts(19, 0, 12, 8, 12, 8));
        assertEquals(0, some.indexOf("{\"logged\":null,"), some);
        String all = json(counts(0, 0, 12, 8, 12, 8));
        assertEquals(0, all.indexOf("{\"logged\":0,"), all);
    }

    @Test
    void nothingIsCertain_whileMembersComeAndGo() {
        assertEquals("open", verdict(moving(counts(20, 0, 12, 8, 12, 8))));
        assertEquals("open", verdict(moving(counts(20, 0, 12, 8, 12, 9))));
        assertEquals("open", verdictAfter(Duration.ofMinutes(1), moving(counts(20, 0, 12, 8, 12, 9))));
    }

    @Test
    void isUnknown_whenSomebodyDoesNotAnswer_andSaysWho() {
        Counts all = counts(20, 2, 12, 6, 12, 6);
        assertEquals(
                "{\"logged\":20,\"waiting\":2,\"oldestWaitingSeconds\":7,"
                        + "\"held\":{\"messages-service-1\":12,\"messages-service-2\":null},\"verdict\":\"unknown\","
                        + "\"missing\":[\"messages-service-2 does not say what it holds\"]}",
                json(new Counts(
                        Map.of(A, OptionalLong.of(12), B, OptionalLong.empty()), all.ledger(), all.logged(), true)));
        assertEquals(
                "{\"logged\":null,\"waiting\":null,\"oldestWaitingSeconds\":7,"
                        + "\"held\":{\"messages-service-1\":12,\"messages-service-2\":6},\"verdict\":\"unknown\","
                        + "\"missing\":[\"no logging replica that sees enough of the others says what is logged\"]}",
                json(new Counts(all.listed(), all.ledger(), OptionalLong.empty(), true)));
        assertEquals(
                "{\"logged\":null,\"waiting\":null,\"oldestWaitingSeconds\":null,"
                        + "\"held\":{\"messages-service-1\":12,\"messages-service-2\":6},\"verdict\":\"unknown\","
                        + "\"missing\":[\"the queue cluster does not say what waits\"]}",
                json(new Counts(all.listed(), Optional.empty(), all.logged(), true)));
    }

    /** Messages move on between any two numbers that are read, and now and then all is quiet. */
    @Test
    void raisesNoFalseAlarm_andIsClosedOnlyIfItIs_whilePostsComeIn() {
        for (int seed = 0; seed < 200; seed++) {
            Model model = new Model(seed);
            Judge patient = new Judge();
            int closed = 0;
            for (int reading = 0; reading < 60; reading++) {
                model.move(reading % 10 != 9);
                Counts counts = model.read();
                Verdict verdict = patient.judge(counts, now + reading * 3_000_000_000L);
                assertNotEquals(Verdict.BROKEN, verdict, "seed " + seed);
                if (verdict == Verdict.CLOSED) {
                    closed++;
                    assertEquals(model.loggedAtTheEnd, model.listedAtTheEnd, "seed " + seed);
                }
            }
            assertNotEquals(0, closed, "seed " + seed);
        }
    }

    /** Where messages are, one batch each, on their way from log and ledger to the lists of two replicas. */
    private static final class Model {
        private final Random random;
        private long logged;
        private long registered;
        private final long[] claimed = new long[2];
        private final long[] listed = new long[2];
        private boolean busy;
        private long loggedAtTheEnd;
        private long listedAtTheEnd;

        Model(int seed) {
            random = new Random(seed);
        }

        void move(boolean busyFromNow) {
            busy = busyFromNow;
            if (!busy) {
                logged = Math.max(logged, registered);
                registered = logged;
                claimed[0] += logged - claimed[0] - claimed[1];
            }
            System.arraycopy(claimed, 0, listed, 0, 2); // no claim takes longer than from one reading to the next
        }

        private void step() {
            for (int i = random.nextInt(6); busy && i > 0; i--) {
                int who = random.nextInt(2);
                switch (random.nextInt(4)) {
                    case 0 -> logged += random.nextInt(3);
                    case 1 -> registered += random.nextInt(3);
                    case 2 -> claimed[who] += claimed[0] + claimed[1] < Math.min(logged, registered) ? 1 : 0;
                    default -> listed[who] += listed[who] < claimed[who] ? 1 : 0;
                }
            }
        }

        Counts read() {
            step();
            Map<MessagesReplica, OptionalLong> lists = new HashMap<>();
            for (MessagesReplica replica : List.of(A, B)) {
                lists.put(replica, OptionalLong.of(listed[replica == A ? 0 : 1]));
                step();
            }
            LedgerCounts ledger = new LedgerCounts(
                    registered,
                    registered - claimed[0] - claimed[1],
                    Map.of(A.holder(), claimed[0], B.holder(), claimed[1]),
                    registered - claimed[0] - claimed[1],
                    Optional.empty());
            step();
            loggedAtTheEnd = logged;
            listedAtTheEnd = listed[0] + listed[1];
            return new Counts(lists, Optional.of(ledger), OptionalLong.of(logged), true);
        }
    }
}
