package microservices.system.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import microservices.system.bench.Bench;
import microservices.system.local.Topology;
import microservices.system.torture.Torture;
import org.junit.jupiter.api.Test;

/** What the script hands on; what it refuses is told by {@code RunScriptTest}. */
class CommandLineTest {

    @Test
    void startsTheUsualSystem_whenNothingIsSaid() {
        CommandLine line = parse("up");
        assertEquals("up", line.verb());
        assertEquals(Topology.USUAL, line.topology());
    }

    @Test
    void takesCountsAndAnOffset_inAnyOrder() {
        CommandLine line = parse("up", "--messages", "3", "--port-offset", "100", "--logging", "5", "--facade", "1");
        assertEquals("up", line.verb());
        assertEquals(new Topology(1, 5, 3, 100), line.topology());
    }

    @Test
    void takesNames() {
        assertEquals(List.of("a", "b"), parse("stop", "a", "b").names());
        assertEquals(List.of(), parse("logs").names());
    }

    @Test
    void followsLogs_onlyWhenAsked() {
        assertTrue(parse("logs", "-f", "a").follow());
        assertTrue(parse("logs", "a", "-f").follow());
        assertFalse(parse("logs", "a").follow());
    }

    @Test
    void tortures() {
        assertEquals(Torture.Options.USUAL, parse("torture").torture());
        assertEquals(
                new Torture.Options(7, 10, Set.of("kill", "cut-in-half")),
                parse("torture", "--seed", "7", "--faults", "kill,cut-in-half,kill", "--minutes", "10")
                        .torture());
    }

    @Test
    void measures() {
        assertEquals(Bench.Options.USUAL, parse("bench").bench());
        assertEquals(
                new Bench.Options("growth", 3, List.of(1, 64)),
                parse("bench", "--seconds", "3", "growth", "--connections", "1,64")
                        .bench());
    }

    private static CommandLine parse(String... arguments) {
        return CommandLine.parse(List.of(arguments));
    }
}
