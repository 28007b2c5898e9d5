package microservices.system.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import microservices.system.local.Topology;
import microservices.system.torture.Torture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    @Test
    void startsTheUsualSystem_whenNothingIsSaid() throws Refused {
        CommandLine line = parse();
        assertEquals("up", line.verb());
        assertEquals(Topology.USUAL, line.topology());
    }

    @Test
    void takesCountsAndAnOffset_inAnyOrder() throws Refused {
        CommandLine line = parse("--messages", "3", "--port-offset", "100", "--logging", "5", "--facade", "1");
        assertEquals("up", line.verb());
        assertEquals(new Topology(1, 5, 3, 100), line.topology());
    }

    @Test
    void takesNames() throws Refused {
        assertEquals(List.of("a", "b"), parse("stop", "a", "b").names());
        assertEquals(List.of(), parse("logs").names());
    }

    @Test
    void followsLogs_onlyWhenAsked() throws Refused {
        assertTrue(parse("logs", "-f", "a").follow());
        assertTrue(parse("logs", "a", "-f").follow());
        assertFalse(parse("logs", "a").follow());
    }

    @Test
    void tortures() throws Refused {
        assertEquals(Torture.Options.USUAL, parse("torture").torture());
        assertEquals(
                new Torture.Options(7, 10, Set.of("kill", "cut-in-half")),
                parse("torture", "--seed", "7", "--faults", "kill,cut-in-half", "--minutes", "10")
                        .torture());
    }

    @Test
    void namesTheFaultsThereAre_whenOneIsUnknown() {
        String refused = assertThrows(Refused.class, () -> parse("torture", "--faults", "kill,dance"))
                .getMessage();
        assertTrue(refused.startsWith("--faults: dance (expected: some of stop, kill, "), refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "help", "up --help"})
    void helps(String arguments) throws Refused {
        assertEquals("help", parse(arguments.split(" ")).verb());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dance                  | There is no verb 'dance'; ./run help lists them.",
                "--logging 0            | --logging: 0 (expected: 1 to 20)",
                "--logging 21           | --logging: 21 (expected: 1 to 20)",
                "--messages x           | --messages: x (expected: 1 to 20)",
                "--facade               | --facade: nothing (expected: 1 to 20)",
                "--port-offset 99999    | --port-offset: 99999 (expected: 0 to 50000)",
                "up now                 | ./run up does not know 'now'; see ./run help.",
                "torture --minutes 0    | --minutes: 0 (expected: 1 to 60)",
                "torture now            | ./run torture does not know 'now'; see ./run help.",
                "ps -x                  | ./run ps does not know '-x'; see ./run help.",
                "kill                   | ./run kill needs the name of a replica; ./run ps lists them.",
            })
    void refusesInOneLine(String arguments, String message) {
        assertEquals(
                message,
                assertThrows(Refused.class, () -> parse(arguments.split(" "))).getMessage());
    }

    private static CommandLine parse(String... arguments) throws Refused {
        return CommandLine.parse(List.of(arguments));
    }
}
