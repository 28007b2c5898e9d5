package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** SIGTERM while posts are under way: what a facade has accepted it finishes, and then it ends by itself. */
@ExtendWith(TestSystem.Shared.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GracefulStopSystemTest {

    private static final int CLIENTS = 8;
    private static final int POSTS_BEFORE_STOP = 200;
    private static final int MOST_POSTS = 20_000;
    private static final Set<Integer> GRACEFUL = Set.of(0, 143);

    @Test
    void noAcceptedPostIsCutOff_whenAFacadeIsStopped(TestSystem system) throws Exception {
        Replica facade = system.replica("facade-service-2");
        system.local().stop(List.of(facade));
        Process process = system.local().start(facade).orElseThrow();
        system.awaitHealthy(facade);

        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        Queue<String> cutOff = new ConcurrentLinkedQueue<>();
        Queue<String> unexpected = new ConcurrentLinkedQueue<>();
        AtomicBoolean gone = new AtomicBoolean();
        AtomicInteger posts = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = system.client(facade.name());
            Thread thread = new Thread(() -> {
                while (!gone.get() && posts.get() < MOST_POSTS) {
                    String text = "graceful-" + posts.incrementAndGet() + "-" + System.nanoTime();
                    try {
                        HttpResponse<String> answer = client.post(text);
                        if (answer.statusCode() == 201) {
                            acknowledged.add(text);
                        } else if (answer.statusCode() != 503) {
                            unexpected.add(answer.statusCode() + " " + answer.body());
                        }
                    } catch (ConnectException e) {
                        gone.set(true); // the port is closed
                    } catch (IOException e) {
                        cutOff.add(text);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            });
            clients.add(thread);
            thread.start();
        }
        Await.until(Duration.ofSeconds(60), "posts are under way", () -> acknowledged.size() >= POSTS_BEFORE_STOP);
        int before = acknowledged.size();
        process.destroy();
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "it has not ended within 20 s");
        gone.set(true);
        for (Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(30));
        }

        assertTrue(GRACEFUL.contains(process.exitValue()), "exit code " + process.exitValue());
        assertEquals(List.of(), List.copyOf(unexpected));
        assertTrue(acknowledged.size() > before, "no post was under way when it was stopped");
        List<String> log = system.client("logging-service-1").readList("/logs");
        assertTrue(log.containsAll(acknowledged), "an acknowledged message is not in the log");
        // A connection that had no request on it may be closed under a client's hands; one with a request may not.
        cutOff.retainAll(log);
        assertEquals(List.of(), List.copyOf(cutOff), "accepted, logged, and not answered");
    }

    @Test
    void everyServiceEndsByItself_whenItIsStopped(TestSystem system) throws Exception {
        for (Service service : Service.values()) {
            Replica replica = system.replica(service.replica(1));
            system.local().kill(List.of(replica));
            Process process = system.local().start(replica).orElseThrow();
            system.awaitHealthy(replica);
            process.destroy();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), replica.name() + " has not ended within 20 s");
            assertTrue(GRACEFUL.contains(process.exitValue()), replica.name() + ": " + process.exitValue());
        }
    }
}
