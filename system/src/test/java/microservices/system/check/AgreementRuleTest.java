package microservices.system.check;

import static microservices.system.check.VerdictAssert.assertPasses;
import static microservices.system.check.VerdictAssert.check;
import static microservices.system.history.MadeUpHistory.LOGGING_1;
import static microservices.system.history.MadeUpHistory.MESSAGES_1;
import static microservices.system.history.MadeUpHistory.MESSAGES_2;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import microservices.system.check.Violation.Kind;
import microservices.system.history.MadeUpHistory;
import microservices.system.history.SelfReport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the system says of itself, beside what its lists show. */
class AgreementRuleTest {

    private final MadeUpHistory history = MadeUpHistory.clean();

    @BeforeEach
    void saysThatAllIsClosed() {
        history.report("/status", SelfReport.CLOSED);
        history.report("/verify", SelfReport.CLOSED);
    }

    private List<String> disagreements() {
        return check(history).violations().stream()
                .filter(violation -> violation.kind() == Kind.DISAGREED)
                .map(Violation::sentence)
                .toList();
    }

    @Test
    void agrees_whenAllIsClosed() {
        assertPasses(history);
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "broken", "unknown", "none"})
    void disagrees_whenItSaysAnythingElse_thoughTheListsHaveEverythingOnce(String verdict) {
        history.report("/verify", verdict);
        assertEquals(
                List.of("/verify of facade-service-1 said '" + verdict + "' at 49.000 s,"
                        + " and the lists of round 2 have everything logged once"),
                disagreements());
    }

    @Test
    void disagrees_whenItSaysClosed_andSomethingIsLostOrDoubledOrNotLogged() {
        history.listing(MESSAGES_1, 2).texts.clear();
        assertEquals(2, disagreements().size(), "lost");
        history.listing(MESSAGES_1, 2).texts.addAll(List.of("before", "during"));
        assertEquals(2, disagreements().size(), "doubled");
        history.listing(MESSAGES_1, 2).texts.remove("during");
        assertEquals(0, disagreements().size());
        history.listings.stream()
                .filter(list -> list.round == 2 && list.isLog())
                .forEach(list -> list.texts.remove("after"));
        assertEquals(2, disagreements().size(), "not logged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "broken"})
    void agrees_whenItDoesNotSayClosed_andTheListsHaveNotEverything(String verdict) {
        history.report("/status", verdict);
        history.report("/verify", verdict);
        history.listing(MESSAGES_2, 2).texts.remove("during");
        assertEquals(List.of(), disagreements());
    }

    @Test
    void agrees_whenItSaysOpen_andSomethingCameIntoAListAfterwards() {
        history.report("/status", "open");
        history.post("late", 20).status(503);
        history.listings.stream()
                .filter(list -> list.round == 2 && (list.isLog() || list.from.equals(MESSAGES_1)))
                .forEach(list -> list.texts.add("late"));
        assertEquals(List.of(), disagreements());
    }

    @Test
    void saysNothing_whenTheRoundIsNotComplete() {
        history.report("/status", "open");
        history.listings.remove(history.listing(LOGGING_1, 2));
        assertEquals(List.of(), disagreements());
    }
}
