package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of fault strikes one system under load, one test each, and after each the whole history is checked. In
 * network namespaces where there can be some, else on loopback and without the faults that need them; with
 * {@code NETWORK_TESTS=required} those fail then. {@code -Dtimes=20} strikes that often, {@code -Dfault=kill-owner}
 * with that one only.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FaultSystemTest {

    private static final int TIMES = Integer.getInteger("times", 1);
    private static final long SEED = Long.getLong("seed", 1);
    private static final boolean REQUIRED = "required".equals(System.getenv("NETWORK_TESTS"));

    private final Optional<String> noNetwork = Network.unavailable();
    private TortureRun run;

    @BeforeAll
    void open() throws IOException, InterruptedException {
        int offset = noNetwork.isEmpty() ? 0 : LocalSystem.freeOffset();
        run = new TortureRun(
                TestSystem.HOME,
                TestSystem.HOME.resolve("system/target/fault-test"),
                new Topology(2, 3, 2, offset),
                noNetwork.isEmpty(),
                SEED);
        try {
            run.open();
        } catch (IOException | RuntimeException e) {
            run.close();
            throw e;
        }
    }

    @AfterAll
    void close() throws IOException {
        run.close();
    }

    static Stream<String> faults() {
        String only = System.getProperty("fault", "");
        return Faults.all().stream()
                .map(Fault::name)
                .filter(name -> only.isEmpty() ? !Faults.ONLY_IN_TORTURE.contains(name) : name.equals(only));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyPromiseIsKept(String name) throws Exception {
        Fault fault = Faults.named(name);
        Optional<String> impossible = fault.impossible(noNetwork);
        if (impossible.isPresent() && REQUIRED) {
            fail(impossible.get());
        }
        assumeTrue(impossible.isEmpty(), () -> impossible.get());
        Random choices = new Random(SEED * 31 + name.hashCode());
        for (int time = 1; time <= TIMES; time++) {
            Verdict verdict = run.strike(fault, choices);
            assertEquals(List.of(), verdict.invalid(), "the run proves nothing");
            assertEquals(List.of(), verdict.violations());
            assertTrue(verdict.passed());
        }
    }
}
