package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small heaps, and posts until they are full: what was acknowledged is there, nobody dies, and larger heaps help. {@code
 * -Dtimes=20} does it that often.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MemorySystemTest {

    private static final int TIMES = Integer.getInteger("times", 1);

    private static final String SMALL = "80m";
    private static final String LARGER = "192m";

    private static final int CLIENTS = 8;
    private static final int TEXT_BYTES = 16 * 1024;
    /** More than ever fit into small heaps. */
    private static final int MOST_POSTS = 8_000;
    /** How often each client is refused for memory before it believes it. */
    private static final int REFUSALS = 20;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** A restart takes some seconds for each replica, one after another. */
    private static final Duration RECOVERY = Duration.ofSeconds(120);

    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> sent = new ConcurrentLinkedQueue<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();

    static IntStream times() {
        return IntStream.rangeClosed(1, TIMES);
    }

    @ParameterizedTest
    @MethodSource("times")
    void refusesWhenMemoryIsShort_losesNothing_andRecoversWithLargerHeaps(int time) throws Exception {
        try (TestSystem system = TestSystem.ofItsOwn("memory-test", SMALL);
                StuckReaders stuck = new StuckReaders()) {
            List<Long> processes = processes(system);
            fill(system, stuck);

            assertEquals(List.of(), unexpected.stream().limit(10).toList());
            assertTrue(refusals.get() > 0, "it refused nothing");
            assertTrue(acknowledged.size() < MOST_POSTS, "the heaps were not filled");
            assertEquals(processes, processes(system), "a replica has died");
            assertEverythingIsThere(system);

            AtomicInteger tries = new AtomicInteger();
            Await.until(RECOVERY, "posts succeed again, with larger heaps for those that need them", () -> {
                enlargeOneThatIsShort(system);
                return post(system, "again-" + tries.incrementAndGet());
            });
            assertEverythingIsThere(system);
            for (Replica replica : system.local().replicas()) {
                assertEquals(List.of(), system.logLines(replica, "OutOfMemoryError"), replica.name());
            }
            system.kill(); // which is quicker than to hand over
        }
    }

    /** Posts from all clients until each has been refused often enough; some read, and some read and take nothing. */
    private void fill(TestSystem system, StuckReaders stuck) throws Exception {
        List<Thread> clients = new ArrayList<>();
        AtomicInteger posts = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        for (int i = 0; i < CLIENTS; i++) {
            String facade = "facade-service-" + (1 + i % 2);
            clients.add(new Thread(() -> postUntilRefused(system.client(facade), posts)));
        }
        Thread reader = new Thread(() -> readOn(system, stuck, done));
        clients.forEach(Thread::start);
        reader.start();
        for (Thread client : clients) {
            client.join();
        }
        done.set(true);
        reader.join();
    }

    private void postUntilRefused(Client client, AtomicInteger posts) {
        int refused = 0;
        for (int n = posts.incrementAndGet(); n <= MOST_POSTS && refused < REFUSALS; n = posts.incrementAndGet()) {
            String text = n + "-" + "x".repeat(TEXT_BYTES);
            try {
                sent.add(text);
                HttpResponse<String> answer = client.post(text);
                if (answer.statusCode() == 201) {
                    acknowledged.add(text);
                } else if (answer.statusCode() == 503
                        && answer.headers().firstValue("Retry-After").isPresent()) {
                    if (answer.body().contains("memory is short")) {
                        refused++;
                        refusals.incrementAndGet();
                    }
                } else {
                    unexpected.add("POST " + answer.statusCode() + " " + answer.body());
                }
            } catch (IOException e) {
                unexpected.add("POST " + e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void readOn(TestSystem system, StuckReaders stuck, AtomicBoolean done) {
        Client client = system.client("facade-service-1");
        try {
            while (!done.get()) {
                stuck.add(system.replica("facade-service-1"));
                stuck.add(system.replica("logging-service-1"));
                client.read();
            }
        } catch (IOException e) {
            unexpected.add("GET " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Restarts the first replica that says it is short of memory, if one does, and waits until it is back. */
    private static void enlargeOneThatIsShort(TestSystem system) {
        for (Replica replica : system.local().replicas()) {
            String missing = system.local().missing(replica);
            if (missing.contains("memory is short here") || missing.contains("memory is short at " + replica.name())) {
                system.local().stop(List.of(replica));
                system.start(replica, LARGER);
                return;
            }
        }
    }

    private boolean post(TestSystem system, String text) throws IOException, InterruptedException {
        sent.add(text);
        boolean kept = system.client("facade-service-2").post(text).statusCode() == 201;
        if (kept) {
            acknowledged.add(text);
        }
        return kept;
    }

    private void assertEverythingIsThere(TestSystem system) throws Exception {
        Set<String> expected = new HashSet<>(acknowledged);
        List<String> log = system.client("logging-service-2").readList("/logs");
        assertTrue(new HashSet<>(log).containsAll(expected), "acknowledged and not in the log");
        Await.until(LIMIT, "every acknowledged message is in exactly one list", () -> {
            List<String> held = new ArrayList<>();
            for (Replica replica : system.replicas(Service.MESSAGES)) {
                held.addAll(system.client(replica.name()).readList("/messages"));
            }
            assertEquals(held.size(), new HashSet<>(held).size(), "a message is held twice");
            assertTrue(new HashSet<>(sent).containsAll(held), "a message was invented");
            return new HashSet<>(held).containsAll(expected);
        });
    }

    private static List<Long> processes(TestSystem system) {
        return system.local().replicas().stream()
                .map(replica ->
                        system.local().process(replica).map(ProcessHandle::pid).orElse(-1L))
                .toList();
    }

    /** Clients that ask for a list and read none of it; a few at a time. */
    private static final class StuckReaders implements AutoCloseable {

        private static final int MOST = 12;

        private final List<Socket> sockets = new ArrayList<>();

        void add(Replica replica) throws IOException {
            if (sockets.size() == MOST) {
                sockets.remove(0).close();
            }
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), replica.httpPort());
            sockets.add(socket);
            String path = replica.service() == Service.LOGGING ? "/logs" : "/";
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
