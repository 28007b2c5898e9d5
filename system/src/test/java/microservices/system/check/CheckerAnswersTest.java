package microservices.system.check;

import static microservices.system.check.VerdictAssert.assertOnly;
import static microservices.system.check.VerdictAssert.assertPasses;
import static microservices.system.history.MadeUpHistory.FACADE_1;
import static microservices.system.history.MadeUpHistory.FACADE_2;
import static microservices.system.history.MadeUpHistory.MESSAGES_1;
import static microservices.system.history.MadeUpHistory.MESSAGES_2;
import static microservices.system.history.MadeUpHistory.seconds;

import java.util.List;
import java.util.Set;
import microservices.system.check.Violation.Kind;
import microservices.system.history.FailedReading;
import microservices.system.history.MadeUpHistory;
import microservices.system.history.MadeUpHistory.MadeUpStrike;
import microservices.system.history.Request;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each test breaks one promise about the answers, in a history that keeps all promises, and nothing else. */
class CheckerAnswersTest {

    private final MadeUpHistory history = MadeUpHistory.clean();
    private final MadeUpStrike kill = history.strikes.get(0);

    @Nested
    class Answered {

        @Test
        void late_whenAPostTookMoreThanTenSeconds() {
            history.post("before").took = 10.01;
            assertOnly(history, Kind.UNANSWERED, "before");
        }

        @Test
        void inTime_whenAPostTookTenSeconds() {
            history.post("before").took = 10;
            assertPasses(history);
        }

        @Test
        void never_whenThereWasNoAnswer() {
            history.post("unknown", 10.6).status(Request.NO_ANSWER);
            assertOnly(history, Kind.UNANSWERED, "unknown");
        }

        @Test
        void late_whenAReadingTookMoreThanTenSeconds() {
            history.read(MESSAGES_1, 5).took(10.01);
            assertOnly(history, Kind.UNANSWERED, null);
        }

        @Test
        void never_whenAReadingHadNoAnswer() {
            history.failedReadings.add(new FailedReading(FACADE_1, seconds(11), seconds(12), Request.NO_ANSWER));
            assertOnly(history, Kind.UNANSWERED, null);
        }

        @Test
        void inTime_whenAReadingWasAnsweredWithAnError() {
            history.failedReadings.add(new FailedReading(FACADE_1, seconds(11), seconds(12), 503));
            assertPasses(history);
        }

        @Test
        void never_whenAReplicaDidNotGiveItsOwnList() {
            history.failedReadings.add(new FailedReading(MESSAGES_1, seconds(39), seconds(39), Request.NO_ANSWER));
            assertOnly(history, Kind.UNANSWERED, null);
        }

        @Test
        void isExcused_whenThatReplicaWasStruck() {
            kill.excused = Set.of(MESSAGES_1);
            history.failedReadings.add(new FailedReading(MESSAGES_1, seconds(11), seconds(11), Request.NO_ANSWER));
            history.failedReadings.add(new FailedReading(MESSAGES_1, seconds(39), seconds(39), 503));
            assertPasses(history);
        }

        @Test
        void isExcused_whereTheStrikeSaysSo() {
            kill.excused = Set.of(FACADE_1);
            kill.recovered = 14;
            history.post("unknown", 9.9).took(60).status(Request.NO_ANSWER);
            history.post("unknown too", 13.9).took(0).status(Request.NO_ANSWER);
            history.failedReadings.add(new FailedReading(FACADE_1, seconds(11), seconds(30), Request.NO_ANSWER));
            assertPasses(history);
        }

        @Test
        void isNotExcused_atTheOtherFacade() {
            kill.excused = Set.of(FACADE_2);
            history.post("unknown", 11).status(Request.NO_ANSWER);
            assertOnly(history, Kind.UNANSWERED, "unknown");
        }

        @Test
        void isNotExcused_afterRecovery() {
            kill.excused = Set.of(FACADE_1);
            history.post("unknown", 12.1).status(Request.NO_ANSWER);
            assertOnly(history, Kind.UNANSWERED, "unknown");
        }

        @Test
        void isNotExcused_whenItWasLateBeforeTheStrike() {
            kill.excused = Set.of(FACADE_1);
            history.post("unknown", 0).took(11).status(Request.NO_ANSWER);
            assertOnly(history, Kind.UNANSWERED, "unknown");
        }
    }

    @Nested
    class Available {

        @Test
        void fails_whenAPostFailsFifteenSecondsAfterTheTrouble() {
            history.post("unknown", 27).status(503);
            assertOnly(history, Kind.UNAVAILABLE, "unknown");
        }

        @Test
        void fails_whenAPostIsRefused() {
            history.post("refused", 28).status(400);
            assertOnly(history, Kind.UNAVAILABLE, "refused");
        }

        @Test
        void fails_whenAnInvalidPostIsNotRefusedAsSuch() {
            history.post("invalid", 28).invalid().status(503);
            assertOnly(history, Kind.UNAVAILABLE, "invalid");
        }

        @Test
        void mayRefuse_whatIsInvalid() {
            history.post("invalid", 28).invalid().status(400);
            assertPasses(history);
        }

        @Test
        void fails_whenNothingWasWritten() {
            history.post("full", 28).full();
            assertOnly(history, Kind.UNAVAILABLE, "full");
        }

        @Test
        void mayFail_untilThen() {
            history.post("unknown", 26.99).status(503);
            assertPasses(history);
        }

        @Test
        void mayFailLonger_atAFacadeThatHadToRecover() {
            kill.excused = Set.of(FACADE_1);
            kill.recovered = 14;
            history.post("unknown", 28).status(503);
            assertPasses(history);
        }

        @Test
        void fails_atTheOtherFacadeMeanwhile() {
            kill.excused = Set.of(FACADE_1);
            kill.recovered = 14;
            history.post("unknown", 28).facade(FACADE_2).status(503);
            assertOnly(history, Kind.UNAVAILABLE, "unknown");
        }

        @Test
        void mayFailLonger_whenTheSystemMayRefuse() {
            kill.refusing = true;
            kill.recovered = 14;
            history.post("unknown", 28).status(503);
            assertPasses(history);
        }

        @Test
        void fails_afterEachStrike() {
            secondStrike();
            history.post("unknown", 55).status(503);
            assertOnly(history, Kind.UNAVAILABLE, "unknown");
        }

        @Test
        void mayFail_whenTheNextStrikeCatchesIt() {
            secondStrike();
            history.post("unknown", 59.9).took(0.2).status(503);
            assertPasses(history);
        }

        private void secondStrike() {
            history.strike("kill", 60, 62);
            history.post("during the second", 61);
            history.post("after the second", 80);
            history.round(
                    3, 90, List.of("before", "during", "after"), List.of("during the second", "after the second"));
        }
    }

    @Nested
    class Undisturbed {

        @Test
        void breaks_whenAPostFailsMeanwhile() {
            kill.undisturbed = Set.of(FACADE_1);
            history.post("unknown", 11).status(503);
            assertOnly(history, Kind.DISTURBED, "unknown");
        }

        @Test
        void breaks_whenThePostWasUnderWayAtItsEnd() {
            kill.undisturbed = Set.of(FACADE_1);
            history.post("unknown", 11.9).took(5).status(503);
            assertOnly(history, Kind.DISTURBED, "unknown");
        }

        @Test
        void passes_atAnotherFacade_andLater_andWhereTheStrikeExcuses() {
            kill.undisturbed = Set.of(FACADE_1);
            history.post("unknown", 11).status(503).facade(FACADE_2);
            history.post("unknown too", 12.1).status(503);
            assertPasses(history);
            kill.excused = Set.of(FACADE_1);
            history.post("unknown as well", 11).status(503);
            assertPasses(history);
        }

        @Test
        void breaks_whenTheFaultSaysSo() {
            kill.breaches = List.of("a log of one member took a post");
            assertOnly(history, Kind.DISTURBED, null);
        }
    }

    @Nested
    class Success {

        @Test
        void lies_whenThereAreNoLists() {
            history.failedReadings.add(new FailedReading(FACADE_1, seconds(11), seconds(12), 200, "no list"));
            assertOnly(history, Kind.FALSE_SUCCESS, null);
        }

        @Test
        void lies_whenThereAreNoLists_evenOfAReplicaThatWasStruck() {
            kill.excused = Set.of(FACADE_1);
            history.failedReadings.add(new FailedReading(FACADE_1, seconds(11), seconds(12), 200, "no list"));
            assertOnly(history, Kind.FALSE_SUCCESS, null);
        }

        @Test
        void lies_whenAnInvalidPostIsAcknowledged() {
            history.post("after").invalid();
            assertOnly(history, Kind.FALSE_SUCCESS, "after");
        }
    }

    @Nested
    class Identity {

        @Test
        void passes_whenARetryByKeyIsOneMessage() {
            history.post("after").key = "k";
            history.post("after", 31).key("k").facade(FACADE_2);
            assertPasses(history);
        }

        @Test
        void passes_whenOnlyTheRetryIsAcknowledged() {
            history.post("retried", 10.6).key("k").status(503);
            history.post("retried", 10.8).key("k");
            for (MadeUpHistory.Listing listing : history.listings) {
                if (!listing.from.equals(MESSAGES_2)) {
                    listing.texts.add("retried");
                }
            }
            assertPasses(history);
        }

        @Test
        void isLost_whenTheRetryWasAcknowledged() {
            history.post("retried", 10.6).key("k").status(503);
            history.post("retried", 10.8).key("k");
            for (MadeUpHistory.Listing listing : history.listings) {
                if (listing.isLog()) {
                    listing.texts.add("retried");
                }
            }
            assertOnly(history, Kind.NOT_DELIVERED, "retried");
        }

        @Test
        void breaks_whenARetryGetsAnotherId() {
            history.post("after").key = "k";
            history.post("after", 31).key("k").id("another");
            assertOnly(history, Kind.IDENTITY, "after");
        }

        @Test
        void breaks_whenTwoTextsGetOneId() {
            history.post("after").id = history.post("during").id;
            assertOnly(history, Kind.IDENTITY, "after");
        }

        @Test
        void breaks_whenTwoTextsOfOneKeyAreAcknowledged() {
            history.post("during").key = "k";
            history.post("after").key = "k";
            assertOnly(history, Kind.IDENTITY, "after");
        }

        @Test
        void breaks_whenTheSecondTextOfAKeyIsRead() {
            history.post("during").key = "k";
            history.post("unknown", 11).key("k").status(503);
            history.listing(MESSAGES_1, 2).texts.add("unknown");
            assertOnly(history, Kind.IDENTITY, "unknown");
        }

        @Test
        void breaks_whenThereIsNoId() {
            history.post("after").id = null;
            assertOnly(history, Kind.IDENTITY, "after");
        }

        @Test
        void breaks_whenARetryIsAConflict() {
            history.post("during").key = "k";
            history.post("during", 11).key("k").status(409);
            assertOnly(history, Kind.IDENTITY, "during");
        }

        @Test
        void breaks_whenTheOtherTextOfTheKeyCameLater() {
            history.post("refused", 11).key("k").status(409);
            history.post("after").key = "k";
            assertOnly(history, Kind.IDENTITY, "refused");
        }

        @Test
        void breaks_whenNothingWasWrittenOfTheOtherText() {
            history.post("full", 10.6).key("k").full();
            history.post("refused", 11).key("k").status(409);
            assertOnly(history, Kind.IDENTITY, "refused");
        }

        @Test
        void passes_whenTheKeyOfARefusedTextIsUsedAgain() {
            history.post("full", 10.6).key("k").full();
            history.post("during").key = "k";
            history.post("during").sent = 11;
            assertPasses(history);
        }

        @Test
        void passes_whenAnotherTextOfTheKeyIsAConflict() {
            history.post("after").key = "k";
            history.post("refused", 31).key("k").status(409);
            assertPasses(history);
        }
    }
}
