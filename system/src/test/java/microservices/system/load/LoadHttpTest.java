package microservices.system.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.Writer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import microservices.system.check.Checker;
import microservices.system.check.Violation;
import microservices.system.history.History;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.MadeUpHistory;
import microservices.system.history.Operation;
import microservices.system.history.RunClock;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The load and the reader, at two facades that are made up and keep the same messages. */
@Timeout(60)
class LoadHttpTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int FIRST_PORT = 8000;

    @TempDir
    private Path folder;

    private final List<HttpServer> facades = new ArrayList<>();
    private final Map<String, String> textByKey = new HashMap<>();
    private volatile String lists = "[[],[]]";
    private volatile boolean isFull;
    private volatile String created;

    private LocalSystem system;
    private History history;

    @BeforeEach
    void open() throws IOException {
        while (facades.isEmpty()) {
            openTwo();
        }
        int offset = facades.get(0).getAddress().getPort() - FIRST_PORT;
        Topology topology = new Topology(2, 3, 2, offset);
        system = new LocalSystem(folder, folder, topology, Map.of());
        history = new History(Writer.nullWriter(), MadeUpHistory.REPLICAS);
    }

    private void openTwo() throws IOException {
        HttpServer one = serve(0);
        try {
            facades.add(serve(one.getAddress().getPort() + 1));
            facades.add(0, one);
        } catch (BindException e) {
            one.stop(0);
        }
    }

    private HttpServer serve(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::answer);
        server.start();
        return server;
    }

    @AfterEach
    void close() {
        facades.forEach(facade -> facade.stop(0));
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        if (exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().add("X-Logging-Replica", MadeUpHistory.LOGGING_1);
            exchange.getResponseHeaders().add("X-Messages-Replica", MadeUpHistory.MESSAGES_1);
            answer(exchange, 200, lists);
        } else if (key != null && key.contains(" ")) {
            answer(exchange, 400, "{}");
        } else if (isFull) {
            exchange.getResponseHeaders().add("Retry-After", "1");
            answer(exchange, 503, "{\"error\":\"the queue is full\",\"written\":\"nothing\"}");
        } else if (key != null && !textByKey.computeIfAbsent(key, first -> body).equals(body)) {
            answer(exchange, 409, "{}");
        } else {
            String id = key == null ? UUID.randomUUID().toString() : "id of " + key;
            answer(exchange, 201, created == null ? "{\"id\":\"" + id + "\"}" : created);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void postsWhatIsToBeRefusedAndWhatIsAcknowledgedAlready() throws Exception {
        HistorySnapshot run = run(600);
        Set<Integer> statuses = new TreeSet<>();
        Set<String> acknowledged = new HashSet<>();
        Map<String, String> facadeByKey = new HashMap<>();
        int again = 0;
        for (Operation operation : run.operations()) {
            statuses.add(operation.status());
            assertTrue(
                    operation.isAcknowledged() || operation.isConflict() || operation.invalid(), operation::toString);
            if (operation.isAcknowledged() && !acknowledged.add(operation.text())) {
                again++;
                assertNotEquals(facadeByKey.get(operation.key()), operation.facade());
            } else if (operation.isAcknowledged() && operation.key() != null) {
                facadeByKey.put(operation.key(), operation.facade());
            }
        }
        assertEquals(Set.of(201, 400, 409), statuses);
        assertTrue(again > 5 && again < 60, "sent again: " + again);
        assertEquals(List.of(), violations(Violation.Kind.IDENTITY));
        assertEquals(List.of(), violations(Violation.Kind.FALSE_SUCCESS));
    }

    @Test
    void tellsThatTheQueueIsFull() throws Exception {
        isFull = true;
        try (Load load = load()) {
            Await.until(PATIENCE, "it has come to that", () -> load.full() >= 4);
            assertTrue(load.refused() >= 4);
        }
        assertTrue(history.snapshot().operations().stream().allMatch(Operation::leavesNothing));
    }

    @Test
    void goesOn_whenA201HasNoId() throws Exception {
        created = "no id";
        HistorySnapshot run = run(100);
        long texts = run.operations().stream()
                .filter(Operation::isAcknowledged)
                .map(Operation::text)
                .distinct()
                .count();
        assertEquals(texts, violations(Violation.Kind.IDENTITY).size());
        assertTrue(run.broken().isEmpty());
    }

    @Test
    void makesTheRunInvalid_whenAClientStops() throws Exception {
        Thread client = Observers.thread(history, "client-c1", () -> {
            throw new IllegalStateException("this client is to stop");
        });
        client.start();
        client.join();
        assertTrue(client.isDaemon());
        assertTrue(Checker.check(history)
                .invalid()
                .contains("client-c1 has stopped: java.lang.IllegalStateException: this client is to stop"));
    }

    @Test
    void theCrowdPostsAtOnce_whileItIsThere() throws Exception {
        try (Load load = new Load(system, history, new RunClock(), Duration.ZERO, 1)) {
            load.start(0, 8);
            load.go();
            assertEquals(0, history.snapshot().operations().size());
            load.crowd(true);
            Await.until(PATIENCE, "every client has posted", () -> load.acknowledged() >= 100);
            load.hold();
        }
        List<Operation> operations = history.snapshot().operations();
        assertEquals(16, operations.stream().map(Operation::client).distinct().count());
        List<Duration> sent = operations.stream().map(Operation::sent).sorted().toList();
        long pauses = IntStream.range(1, sent.size())
                .filter(i -> sent.get(i).minus(sent.get(i - 1)).toMillis() > 100)
                .count();
        assertTrue(pauses * 4 < sent.size(), () -> pauses + " pauses between " + sent.size() + " posts");
    }

    @Test
    void recordsWhatIsNoList() throws Exception {
        ListReader reader = new ListReader(system, history, new RunClock());
        Replica facade = system.topology().replicas(Service.FACADE).get(0);
        assertTrue(reader.read(facade));
        lists = "[[\"a\"]]";
        assertFalse(reader.read(facade));
        HistorySnapshot run = history.snapshot();
        assertEquals(2, run.readings().size());
        assertEquals(1, run.failedReadings().size());
        assertEquals(1, violations(Violation.Kind.FALSE_SUCCESS).size());
    }

    private List<Violation> violations(Violation.Kind kind) {
        return Checker.check(history).violations().stream()
                .filter(violation -> violation.kind() == kind)
                .toList();
    }

    private HistorySnapshot run(int posts) throws InterruptedException {
        try (Load load = load()) {
            Await.until(PATIENCE, "it has come to that", () -> load.acknowledged() >= posts);
            load.hold();
        }
        return history.snapshot();
    }

    private Load load() {
        Load load = new Load(system, history, new RunClock(), Duration.ZERO, 1);
        load.start(2, 0);
        load.go();
        return load;
    }
}
