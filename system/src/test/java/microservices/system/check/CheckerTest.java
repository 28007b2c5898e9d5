package microservices.system.check;

import static microservices.system.check.VerdictAssert.assertOnly;
import static microservices.system.check.VerdictAssert.assertPasses;
import static microservices.system.check.VerdictAssert.check;
import static microservices.system.history.MadeUpHistory.FACADE_2;
import static microservices.system.history.MadeUpHistory.LOGGING_1;
import static microservices.system.history.MadeUpHistory.LOGGING_2;
import static microservices.system.history.MadeUpHistory.LOGGING_3;
import static microservices.system.history.MadeUpHistory.MESSAGES_1;
import static microservices.system.history.MadeUpHistory.MESSAGES_2;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import microservices.system.check.Violation.Kind;
import microservices.system.history.MadeUpHistory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each test breaks one promise about what the lists hold, in a history that keeps all promises, and nothing else. */
class CheckerTest {

    private final MadeUpHistory history = MadeUpHistory.clean();

    @Test
    void passes_whenEveryPromiseIsKept() {
        assertPasses(history);
    }

    @Nested
    class Logged {

        @Test
        void isLost_whenAFinalLogLacksIt() {
            history.listing(LOGGING_2, 2).texts.remove("before");
            assertOnly(history, Kind.NOT_LOGGED, "before");
        }

        @Test
        void isLost_whenALogReadInBetweenLacksIt() {
            history.read(LOGGING_1, 5, "during").texts.clear();
            assertOnly(history, Kind.NOT_LOGGED, "before");
        }

        @Test
        void isNotLost_whenAStaleLogLacksItDuringAStrike() {
            history.read(LOGGING_1, 11, "during").stale().texts.clear();
            assertPasses(history);
        }

        @Test
        void isLost_whenAStaleLogLacksItAndNothingHadStruck() {
            history.read(LOGGING_1, 5, "during").stale().texts.clear();
            assertOnly(history, Kind.NOT_LOGGED, "before");
        }

        @Test
        void isNotLost_whenTheLogWasAskedForBeforeTheAnswer() {
            history.read(LOGGING_1, 1.005).took(1);
            assertPasses(history);
        }

        @Test
        void isNotLost_whenItsOutcomeIsUnknown() {
            history.post("unknown", 10.6).status(503);
            assertPasses(history);
        }

        @Test
        void vanishes_whenALaterLogLacksIt() {
            history.post("unknown", 10.6).status(503);
            history.read(LOGGING_1, 11, "before", "during", "unknown");
            assertOnly(history, Kind.VANISHED, "unknown");
        }

        @Test
        void vanishes_whenItWasReadBeforeItWasAcknowledged() {
            history.post("during").took = 5;
            history.read(LOGGING_1, 11, "before", "during");
            history.read(LOGGING_2, 12, "before");
            assertOnly(history, Kind.VANISHED, "during");
        }

        @Test
        void doesNotVanish_whenTheReadingsOverlap() {
            history.post("during").took = 5;
            history.read(LOGGING_1, 11, "before", "during").took(2);
            history.read(LOGGING_2, 12, "before");
            assertPasses(history);
        }
    }

    @Nested
    class Delivered {

        @Test
        void isLost_whenNobodyHoldsIt() {
            history.listing(MESSAGES_1, 2).texts.remove("before");
            assertOnly(history, Kind.NOT_DELIVERED, "before");
        }

        @Test
        void isLost_evenIfItIsThereAgainLater() {
            history.listing(MESSAGES_2, 1).texts.remove("after");
            assertOnly(history, Kind.NOT_DELIVERED, "after");
        }

        @Test
        void isDoubled_whenBothHoldIt() {
            history.listing(MESSAGES_2, 2).texts.add("before");
            assertOnly(history, Kind.DOUBLED, "before");
        }

        @Test
        void isDoubled_whenItsOutcomeIsUnknown() {
            history.post("unknown", 10.6).status(503);
            history.listing(MESSAGES_1, 2).texts.add("unknown");
            history.listing(MESSAGES_2, 2).texts.add("unknown");
            assertOnly(history, Kind.DOUBLED, "unknown");
        }

        @Test
        void isNotDoubled_whenItMovesBetweenRounds() {
            history.listing(MESSAGES_1, 2).texts.remove("before");
            history.listing(MESSAGES_2, 2).texts.add("before");
            assertPasses(history);
        }

        @Test
        void vanishes_whenALaterRoundLacksIt() {
            history.post("unknown", 10.6).status(503);
            history.listing(MESSAGES_1, 1).texts.add("unknown");
            assertOnly(history, Kind.VANISHED, "unknown");
        }

        @Test
        void vanishes_whenItWasSeenBetweenRounds() {
            history.post("unknown", 10.6).status(503);
            history.read(MESSAGES_1, 45, "before", "during", "unknown");
            assertOnly(history, Kind.VANISHED, "unknown");
        }

        @Test
        void doesNotVanish_whenTheOtherReplicaHasTakenItOver() {
            history.post("unknown", 10.6).status(503);
            history.read(MESSAGES_2, 11, "unknown");
            history.listing(MESSAGES_1, 1).texts.add("unknown");
            history.listing(MESSAGES_1, 2).texts.add("unknown");
            assertPasses(history);
        }

        @Test
        void doesNotVanish_whenItWasSeenWhileTheRoundWasMade() {
            history.post("unknown", 10.6).status(503);
            history.read(MESSAGES_1, 50, "unknown").took(0.2);
            assertPasses(history);
        }

        @Test
        void isOwedByALaterRoundOnly_whenItWasAcknowledgedDuringARound() {
            history.post("late", 39.9).took(0.35);
            history.listings.stream()
                    .filter(listing -> listing.round == 2 && !listing.from.equals(MESSAGES_1))
                    .forEach(listing -> listing.texts.add("late"));
            history.listings.stream()
                    .filter(listing -> listing.round == 1 && listing.isLog())
                    .forEach(listing -> listing.texts.add("late"));
            assertPasses(history);
        }
    }

    @Nested
    class Lists {

        @Test
        void inventNothing() {
            history.listing(MESSAGES_1, 2).texts.add("nobody's");
            assertOnly(history, Kind.INVENTED, "nobody's");
        }

        @Test
        void inventNothing_evenIfItIsGoneLater() {
            history.read(LOGGING_1, 5, "before", "nobody's");
            assertOnly(history, Kind.INVENTED, "nobody's");
        }

        @Test
        void doNotForesee() {
            history.read(LOGGING_1, 5, "before", "during");
            assertOnly(history, Kind.INVENTED, "during");
        }

        @Test
        void holdNothingTwice() {
            history.listing(MESSAGES_1, 2).texts.add("before");
            assertOnly(history, Kind.DOUBLED, "before");
        }

        @Test
        void logNothingTwice_evenIfItsOutcomeIsUnknown() {
            history.post("unknown", 10.6).status(503);
            history.listing(LOGGING_3, 2).texts.addAll(List.of("unknown", "unknown"));
            assertOnly(history, Kind.DOUBLED, "unknown");
        }

        @Test
        void holdNothingTwice_inBetween() {
            history.read(MESSAGES_1, 5, "before", "before");
            assertOnly(history, Kind.DOUBLED, "before");
        }

        @Test
        void showNothingThatWasRefused() {
            history.post("refused", 2).status(400);
            history.listing(LOGGING_1, 1).texts.add("refused");
            assertOnly(history, Kind.REFUSED_BUT_READ, "refused");
        }

        @Test
        void showNothingThatWasInvalid_evenIfItsRefusalWasAnother() {
            history.post("invalid", 10.6).invalid().status(503);
            history.read(LOGGING_1, 11, "before", "during", "invalid");
            assertOnly(history, Kind.REFUSED_BUT_READ, "invalid");
        }

        @Test
        void showNothingOfWhichNothingWasWritten() {
            history.post("full", 10.6).full();
            history.listing(LOGGING_1, 2).texts.add("full");
            assertOnly(history, Kind.REFUSED_BUT_READ, "full");
        }

        @Test
        void showNothingOfWhichNothingWasWritten_howeverOften() {
            history.post("full", 10.6).key("k").full();
            history.post("full", 10.8).key("k").facade(FACADE_2).full();
            history.listing(MESSAGES_2, 2).texts.add("full");
            assertOnly(history, Kind.REFUSED_BUT_READ, "full");
        }

        @Test
        void mayShowIt_whenAnotherAttemptMayHaveWrittenIt() {
            history.post("full", 10.6).key("k").full();
            history.post("full", 10.8).key("k").facade(FACADE_2).status(503);
            history.listing(MESSAGES_2, 2).texts.add("full");
            assertPasses(history);
        }

        @Test
        void mayLackIt_whenNothingWasWritten() {
            history.post("full", 10.6).full();
            assertPasses(history);
        }
    }

    @Test
    void tellsWhatHappened() {
        history.listing(LOGGING_2, 1).texts.remove("before");
        history.listing(LOGGING_2, 2).texts.remove("before");
        assertEquals(
                "NOT_LOGGED: 'before' (id id of before, acknowledged by facade-service-1 at 1.010 s) is missing from"
                        + " logging-service-2's log read at 40.200 s (the first of 2 such sightings)",
                check(history).violations().get(0).toString());
    }
}
