package microservices.system.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationTest {

    @Test
    void isTheSentence_whenAllIsWell() {
        Verification closed = new Verification("{\"sentence\":\"All is well.\",\"logged\":20,\"waiting\":0,"
                + "\"held\":{\"messages-service-1\":20},\"lost\":0,\"first\":[],\"verdict\":\"closed\"}");
        assertTrue(closed.closed());
        assertEquals(List.of("All is well."), closed.lines());
    }

    @Test
    void namesEachMessageThatIsListed() {
        Verification broken = new Verification("{\"sentence\":\"Something is wrong.\",\"first\":["
                + "{\"id\":\"01a21ac8-b166-7000-8001-fc452104a6dc\",\"fault\":\"lost\"},"
                + "{\"id\":\"01a21ac8-b384-7000-8003-03e088bdb513\",\"fault\":\"doubled\"}],\"verdict\":\"broken\"}");
        assertFalse(broken.closed());
        assertEquals(
                List.of(
                        "Something is wrong.",
                        "lost 01a21ac8-b166-7000-8001-fc452104a6dc",
                        "doubled 01a21ac8-b384-7000-8003-03e088bdb513"),
                broken.lines());
    }
}
