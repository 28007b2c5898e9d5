package microservices.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalTest {

    @Test
    void nothingWasWritten_whereItSaysSo() {
        List<Refusal> refusals = List.of(
                Refusal.badRequest("why"),
                Refusal.conflict("why"),
                Refusal.tooLarge("why"),
                Refusal.notNow("why"),
                Refusal.memoryShort("why"),
                Refusal.of(415, "why"));
        assertEquals(
                List.of(400, 409, 413, 503, 507, 415),
                refusals.stream().map(Refusal::status).toList());
        refusals.forEach(refusal -> {
            assertTrue(refusal.nothingWritten(), refusal.status() + " before anything was written");
            assertEquals("why", refusal.getMessage());
        });
    }

    @Test
    void unknownIsA503_andDoesNotSayThatNothingWasWritten() {
        assertEquals(503, Refusal.unknown("why").status());
        assertFalse(Refusal.unknown("why").nothingWritten());
        assertNull(Refusal.unknown("why").getCause());

        Exception cause = new Exception();
        assertFalse(Refusal.unknown("why", cause).nothingWritten());
        assertSame(cause, Refusal.unknown("why", cause).getCause());
    }

    @Test
    void afterAWrite_isTheSame_butDoesNotSayThatNothingWasWritten() {
        Refusal before = Refusal.memoryShort("why");
        Refusal after = before.afterAWrite();
        assertEquals(507, after.status());
        assertEquals("why", after.getMessage());
        assertFalse(after.nothingWritten());
        assertSame(before, after.getCause());
    }
}
