package microservices.system.check;

import static microservices.system.check.VerdictAssert.check;
import static microservices.system.history.MadeUpHistory.FACADE_1;
import static microservices.system.history.MadeUpHistory.FACADE_2;
import static microservices.system.history.MadeUpHistory.MESSAGES_1;
import static microservices.system.history.MadeUpHistory.seconds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import microservices.system.history.MadeUpHistory;
import org.junit.jupiter.api.Test;

/** The sums for each fault, and how they are printed. */
class FaultTableTest {

    private final MadeUpHistory history = new MadeUpHistory();
    private final MadeUpHistory.MadeUpStrike kill = history.strike("kill", 10, 12);

    FaultTableTest() {
        history.post("before", 1);
        history.post("during", 9.99).took(3.01);
        history.post("unknown", 10.5).status(503);
        history.post("after", 30);
        history.round(1, 40, List.of("before", "during"), List.of("after"));
        history.strike("pause a facade", 60, 62);
        history.post("second", 61);
        history.post("last", 80);
        history.round(2, 90, List.of("before", "during", "second"), List.of("after", "last"));
    }

    @Test
    void addsUpForTheFaultThatStruckLast() {
        history.listing(MESSAGES_1, 1).texts.remove("before");
        history.listing(MESSAGES_1, 2).texts.addAll(List.of("after", "during"));
        assertEquals("""
                fault           struck  acknowledged  unknown  lost  doubled  unavailable (s)
                kill                 1             2        1     1        0            3.010
                pause a facade       1             2        0     0        2            0.010
                all                  2             5        1     1        2            3.010
                """, VerdictTable.of(check(history)));
    }

    @Test
    void countsTwoStrikesOfAFaultTogether() {
        history.strike("kill", 100, 102);
        List<FaultRow> rows = check(history).rows();
        assertEquals(
                List.of("kill", "pause a facade"),
                rows.stream().map(FaultRow::fault).toList());
        assertEquals(2, rows.get(0).struck());
    }

    @Test
    void aRetriedMessageCountsOnce() {
        history.post("unknown").key = "k";
        history.post("unknown", 11).key("k");
        FaultRow row = check(history).rows().get(0);
        assertEquals(3, row.acknowledged());
        assertEquals(0, row.unknown());
    }

    @Test
    void anOutageLastsFromOneAcknowledgementToTheNext() {
        history.post("next", 13.5);
        assertOutage(3.01);
        history.post("unknown too", 10.6).took(5).status(503);
        history.post("later", 15.6).took(1);
        assertOutage(3.09);
    }

    @Test
    void aPauseOfTheClientsIsNoOutage() {
        history.post("next", 20);
        assertOutage(3.01);
    }

    @Test
    void anOutageOfALaterStrikeIsNotCounted() {
        history.post("second").took = 8;
        assertOutage(3.01);
    }

    @Test
    void anOutageThatNeverEndsLastsUntilTheLastAttempt() {
        history.posts.removeIf(post -> post.sent > 13);
        history.post("unknown too", 14).status(503);
        history.post("unknown again", 25).status(503);
        assertOutage(11.01);
    }

    @Test
    void whatAnExcusedFacadeDoesIsNoOutage() {
        kill.excused = Set.of(FACADE_1);
        history.post("other", 11).facade(FACADE_2).took(0.5);
        assertOutage(0.5);
    }

    @Test
    void ifAllAreExcusedAllCount() {
        kill.excused = Set.of(FACADE_1, FACADE_2);
        assertOutage(3.01);
    }

    private void assertOutage(double expected) {
        Duration unavailable = check(history).rows().get(0).unavailable();
        assertEquals(seconds(expected), unavailable);
    }
}
