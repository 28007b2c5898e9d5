package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OwnSessionTest {

    private static final List<String> SIGNALS =
            List.of("sh", "-c", "kill -INT $$; kill -HUP $$; kill -TSTP $$; echo on");

    @Test
    void aSessionIsOfTheProcessItself() throws Exception {
        assumeTrue(Command.exists("setsid"));
        assertEquals(
                "yes",
                Command.run(OwnSession.command(
                        List.of(
                                "sh",
                                "-c",
                                "[ $(ps -o sid= -p $$) = $$ ] && [ $(ps -o pgid= -p $$) = $$ ] && echo yes"),
                        true)));
    }

    @Test
    void withoutSessions_itIsDeafToItsTerminal() throws Exception {
        assertEquals("on", Command.run(OwnSession.command(SIGNALS, false)));
    }

    @Test
    void takesArgumentsAsTheyAre() throws Exception {
        List<String> command = List.of("sh", "-c", "echo \"$1\"", "sh", "a  b \"c\" $HOME");
        assertEquals("a  b \"c\" $HOME", Command.run(OwnSession.command(command, false)));
    }
}
