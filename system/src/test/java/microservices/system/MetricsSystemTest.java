package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import microservices.testing.MetricsText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What real replicas tell a monitoring system: the truth, all that the dashboard asks for, and at once. */
@ExtendWith(TestSystem.Shared.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class MetricsSystemTest {

    private static final int CLIENTS = 8;
    private static final int POSTS_EACH = 100;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long MOST_MILLIS = 100;
    /** For a single one, when a shared machine takes its processor away. */
    private static final long MOST_MILLIS_ONCE = 1_000;

    @Test
    void everyReplicaExportsWhatTheDashboardAsksFor_andNothingThatPrometheusComplainsOf(TestSystem system)
            throws Exception {
        Set<String> exported = new TreeSet<>();
        for (Replica replica : system.local().replicas()) {
            MetricsText metrics = scrape(system, replica.name());
            MetricsText.check(metrics.text());
            exported.addAll(metrics.names());
        }
        Set<String> missing = new TreeSet<>(Dashboard.metrics());
        assertTrue(missing.size() > 10, missing.toString());
        missing.removeAll(exported);
        assertEquals(Set.of(), missing);
    }

    @Test
    void doesNotExportWhatAServiceDoesNotKnow(TestSystem system) throws Exception {
        Set<String> logging = scrape(system, "logging-service-1").names();
        for (String name : List.of("posts_total", "waiting_messages", "held_messages", "queue_capacity_messages")) {
            assertTrue(!logging.contains("message_service_" + name), name);
        }
        assertTrue(!scrape(system, "messages-service-1").names().contains("message_service_posts_total"));
    }

    @Test
    void countsWhatTheClientsCounted(TestSystem system) throws Exception {
        String facade = "facade-service-1";
        double keptBefore = kept(system);
        double loggedBefore = logged(system);
        double heldBefore = held(system);
        double batchedBefore = batched(system);
        AtomicInteger kept = new AtomicInteger();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = system.client(facade);
            clients.add(CompletableFuture.runAsync(() -> post(client, kept)));
        }
        for (CompletableFuture<Void> client : clients) {
            client.get(60, TimeUnit.SECONDS);
        }
        assertEquals(400, system.client(facade).post(" ").statusCode());
        assertEquals(CLIENTS * POSTS_EACH, kept.get());

        awaitEqual("kept", keptBefore + kept.get(), () -> kept(system));
        awaitEqual("in batches", batchedBefore + kept.get(), () -> batched(system));
        awaitEqual("logged", loggedBefore + kept.get(), () -> logged(system));
        awaitEqual("held", heldBefore + kept.get(), () -> held(system));
        awaitEqual(
                "waiting",
                0,
                () -> sum(system, Service.FACADE, "message_service_waiting_messages")
                        + sum(system, Service.MESSAGES, "message_service_waiting_messages"));
        assertTrue(scrape(system, facade).value("message_service_posts_total", "outcome", "invalid") >= 1);
    }

    /** While whoever asks the cluster waits: ready is not answered before Hazelcast has waited for the frozen ones. */
    @Test
    void isReadAtOnce_andTheReplicaLives_whileAllOthersAreFrozen(TestSystem system) throws Exception {
        Client facade = system.client("facade-service-1");
        scrape(system, "facade-service-1");
        List<Replica> others = system.local().replicas().stream()
                .filter(replica -> !replica.name().equals("facade-service-1"))
                .toList();
        List<Long> millis = new ArrayList<>();
        system.local().pause(others);
        try {
            CompletableFuture<Integer> ready = CompletableFuture.supplyAsync(() -> status(facade, "/health/ready"));
            while (!ready.isDone()) {
                long begun = System.nanoTime();
                scrape(system, "facade-service-1");
                millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
                assertEquals(200, status(facade, "/health/live"));
                TimeUnit.MILLISECONDS.sleep(20); // a scrape is no load
            }
            assertEquals(503, ready.get());
        } finally {
            system.local().resume(others);
        }
        millis.sort(null);
        assertTrue(millis.size() > 20, "it was not frozen for long enough: " + millis);
        assertTrue(millis.get(millis.size() * 9 / 10) <= MOST_MILLIS, millis.toString());
        assertTrue(millis.get(millis.size() - 1) <= MOST_MILLIS_ONCE, millis.toString());
    }

    private static void post(Client client, AtomicInteger kept) {
        try {
            for (int i = 0; i < POSTS_EACH; i++) {
                if (client.post("metrics-" + System.nanoTime()).statusCode() == 201) {
                    kept.incrementAndGet();
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int status(Client client, String path) {
        try {
            return client.get(path).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Reading {
        double now() throws Exception;
    }

    private static void awaitEqual(String what, double expected, Reading reading) {
        Await.until(LIMIT, what + " is " + expected, () -> {
            double now = reading.now();
            if (now != expected) {
                throw new IllegalStateException("it is " + now);
            }
            return true;
        });
    }

    private static double kept(TestSystem system) throws Exception {
        return scrape(system, "facade-service-1").value("message_service_posts_total", "outcome", "kept");
    }

    private static double batched(TestSystem system) throws Exception {
        return scrape(system, "facade-service-1").value("message_service_batch_messages_sum");
    }

    private static double logged(TestSystem system) throws Exception {
        return sum(system, Service.LOGGING, "message_service_logged_messages_total", "attempt", "first");
    }

    private static double held(TestSystem system) throws Exception {
        return sum(system, Service.MESSAGES, "message_service_held_messages");
    }

    private static double sum(TestSystem system, Service service, String name, String... labels) throws Exception {
        double sum = 0;
        for (Replica replica : system.replicas(service)) {
            sum += scrape(system, replica.name()).value(name, labels);
        }
        return sum;
    }

    private static MetricsText scrape(TestSystem system, String replica) throws Exception {
        HttpResponse<String> answer = system.client(replica).get("/metrics");
        assertEquals(200, answer.statusCode(), answer.body());
        return new MetricsText(answer.body());
    }
}
