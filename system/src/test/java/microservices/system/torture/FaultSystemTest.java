package microservices.system.torture;

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
import microservices.system.TestSystem;
import microservices.system.check.Verdict;
import microservices.system.local.LocalSystem;
import microservices.system.local.Topology;
import microservices.system.network.Network;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of fault strikes one system under load, one test each, and after each the whole history is checked. In
 * network namespaces where there can be some, else on loopback and without the faults that need them; with
 * {@code NETWORK_TESTS=required} those fail then. {@code -Dtimes=20} strikes that often with each, {@code
 * -Dfault=kill-owner,pause} with that one and that group only. A run that failed keeps its history and logs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FaultSystemTest {

    private static final int TIMES = Integer.getInteger("times", 1);
    private static final long SEED = Long.getLong("seed", 1);
    private static final boolean REQUIRED = "required".equals(System.getenv("NETWORK_TESTS"));

    private final Optional<String> noNetwork = Network.unavailable();
    private final Random choices = new Random(SEED);
    /** Null before the first strike, and after one that failed. */
    private TortureRun run;

    private int runs;

    @AfterAll
    void close() throws IOException {
        if (run != null) {
            run.close();
            run = null;
        }
    }

    static Stream<String> faults() {
        String only = System.getProperty("fault", "");
        return Faults.all().stream()
                .filter(fault -> only.isEmpty()
                        ? !Faults.ONLY_IN_TORTURE.contains(fault.name())
                        : Stream.of(only.split(",")).anyMatch(fault::isCalled))
                .flatMap(fault -> Stream.generate(fault::name).limit(TIMES));
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
        Verdict verdict = null;
        try {
            open();
            verdict = run.strike(fault, choices);
        } finally {
            if (verdict == null || !verdict.passed()) {
                close(); // the next fault strikes a system that is whole
            }
        }
        assertEquals(List.of(), verdict.violations());
        assertEquals(List.of(), verdict.invalid(), "the run proves nothing");
        assertTrue(verdict.passed());
    }

    private void open() throws IOException, InterruptedException {
        if (run == null) {
            int offset = noNetwork.isEmpty() ? 0 : LocalSystem.freeOffset();
            run = new TortureRun(
                    TestSystem.HOME,
                    TestSystem.HOME.resolve("system/target/fault-test-" + ++runs),
                    Topology.USUAL.at(offset),
                    noNetwork.isEmpty(),
                    SEED);
            run.open();
        }
    }
}
