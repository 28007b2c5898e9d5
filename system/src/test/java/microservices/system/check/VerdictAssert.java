package microservices.system.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Writer;
import java.util.List;
import microservices.system.history.History;
import microservices.system.history.MadeUpHistory;

/** What the checker says of a history that is made up. */
final class VerdictAssert {

    private VerdictAssert() {}

    static Verdict check(MadeUpHistory madeUp) {
        History history = new History(Writer.nullWriter(), MadeUpHistory.REPLICAS);
        madeUp.record(history);
        return Checker.check(history);
    }

    static void assertPasses(MadeUpHistory madeUp) {
        Verdict verdict = check(madeUp);
        assertEquals(List.of(), verdict.violations());
        assertEquals(List.of(), verdict.invalid());
        assertTrue(verdict.passed());
    }

    /** Asserts that this violation is found, and nothing else. */
    static void assertOnly(MadeUpHistory madeUp, Violation.Kind kind, String text) {
        Verdict verdict = check(madeUp);
        assertEquals(1, verdict.violations().size(), verdict.violations()::toString);
        assertEquals(kind, verdict.violations().get(0).kind(), verdict.violations()::toString);
        assertEquals(text, verdict.violations().get(0).text());
        assertEquals(List.of(), verdict.invalid());
        assertFalse(verdict.passed());
    }
}
