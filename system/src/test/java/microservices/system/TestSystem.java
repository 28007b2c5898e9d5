package microservices.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One real system of seven processes, shared by the tests that can share it: started by the first that needs it,
 * whole again before each, stopped when the last has ended. On ports of its own, so that {@code ./run} may be up.
 */
public final class TestSystem implements AutoCloseable {

    public static final Duration PATIENCE = Duration.ofSeconds(90);
    public static final Path HOME = Path.of(System.getProperty("user.dir")).getParent();

    private static final int LINES_SHOWN = 25;

    private final Path folder;
    private final LocalSystem system;

    private TestSystem() throws IOException, InterruptedException {
        this("system-test", LocalSystem.freeOffset(), Map.of());
    }

    private TestSystem(String name, int offset, Map<String, String> variables)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.remove("HOST_IP");
        environment.putAll(variables);
        folder = HOME.resolve("system/target").resolve(name);
        system = new LocalSystem(HOME, folder, Topology.USUAL.at(offset), environment);
        system.prepare();
        try {
            restore();
        } catch (Throwable e) {
            showLogs();
            close();
            throw e;
        }
    }

    /** A system for one test alone, with heaps of that size. */
    static TestSystem ofItsOwn(String folder, String heap) throws IOException, InterruptedException {
        return new TestSystem(folder, LocalSystem.freeOffset(), Map.of("HEAP", heap));
    }

    /** A system for one class of tests alone, with that added to every port. */
    public static TestSystem at(int offset, String folder) throws IOException, InterruptedException {
        return new TestSystem(folder, offset, Map.of());
    }

    /** Gives the shared system to tests, restores it before each, and shows its logs when one fails. */
    static final class Shared implements ParameterResolver, BeforeEachCallback, AfterEachCallback {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == TestSystem.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return of(context);
        }

        @Override
        public void beforeEach(ExtensionContext context) throws Exception {
            of(context).restore();
        }

        @Override
        public void afterEach(ExtensionContext context) {
            if (context.getExecutionException().isPresent()) {
                of(context).showLogs();
            }
        }

        private static TestSystem of(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(TestSystem.class, key -> create(), TestSystem.class);
        }

        private static TestSystem create() {
            try {
                return new TestSystem();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException("the system did not start", e);
            }
        }
    }

    /** Where its process ids and logs are; {@code ./run} takes it as RUN_FOLDER. */
    public Path folder() {
        return folder;
    }

    public LocalSystem local() {
        return system;
    }

    public Replica replica(String name) {
        return system.replica(name).orElseThrow();
    }

    public Client client(String name) {
        return new Client("http://127.0.0.1:" + replica(name).httpPort());
    }

    List<Replica> replicas(Service service) {
        return system.topology().replicas(service);
    }

    /** Starts what is not running and waits until all is healthy. */
    public void restore() throws IOException, InterruptedException {
        for (Replica replica : system.replicas()) {
            system.start(replica);
        }
        for (Replica replica : system.replicas()) {
            awaitHealthy(replica);
        }
    }

    public void awaitHealthy(Replica replica) throws InterruptedException {
        Await.until(PATIENCE, replica.name() + " is healthy", () -> {
            String missing = system.missing(replica);
            if (!missing.isEmpty()) {
                throw new IOException(missing);
            }
            return true;
        });
    }

    /** Starts a replica with another heap and waits until its member has joined, whoever is short of memory. */
    void start(Replica replica, String heap) {
        try {
            system.start(replica, Map.of("HEAP", heap));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(PATIENCE, replica.name() + " is in its cluster", () -> {
            String missing = system.missing(replica);
            if (!missing.isEmpty() && !missing.startsWith("memory is short")) {
                throw new IOException(missing);
            }
            return true;
        });
    }

    /** The lines of a replica's log that contain a text. */
    List<String> logLines(Replica replica, String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path log : List.of(system.olderLog(replica), system.log(replica))) {
            if (Files.exists(log)) {
                lines.addAll(Files.readAllLines(log));
            }
        }
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    public void showLogs() {
        for (Replica replica : system.replicas()) {
            System.out.println("---- " + replica.name() + ": "
                    + (system.process(replica).isPresent() ? "running" : "not running"));
            try {
                List<String> lines = new ArrayList<>(Files.readAllLines(system.log(replica)));
                lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())
                        .forEach(System.out::println);
            } catch (IOException e) {
                System.out.println("no log: " + e);
            }
        }
    }

    /** Ends a system of its own without handing anything over. */
    void kill() {
        system.kill(system.replicas());
    }

    @Override
    public void close() {
        system.stop(system.replicas());
    }
}
