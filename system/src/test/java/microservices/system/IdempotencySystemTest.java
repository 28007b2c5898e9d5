package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Posts that are sent again with the same Idempotency-Key: one message, wherever and whenever they arrive. */
@ExtendWith(TestSystem.Shared.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class IdempotencySystemTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 16;
    private static final int POSTS_BEFORE_KILL = 200;
    private static final List<String> FACADES = List.of("facade-service-1", "facade-service-2");

    /** Makes this story's texts different from those of all others. */
    private final String story = "key-" + UUID.randomUUID();

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void oneKeyFiftyTimesAtOnceOnBothFacades_isOneMessage(TestSystem system) throws Exception {
        String key = UUID.randomUUID().toString();
        List<Callable<HttpResponse<String>>> posts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Client facade = system.client(FACADES.get(i % 2));
            boolean inQuery = i % 4 < 2;
            posts.add(() -> inQuery ? postQuery(facade, story, key) : facade.post(story, key));
        }
        Set<String> ids = new HashSet<>();
        for (Future<HttpResponse<String>> answer : threads.invokeAll(posts)) {
            ids.add(acknowledged(answer.get(), story));
        }
        assertEquals(1, ids.size(), ids.toString());
        awaitEachOnce(system, List.of(story));

        // Later, on either facade, and in quotes, it is the same still.
        for (String facade : FACADES) {
            HttpResponse<String> later = system.client(facade).post(story, "\"" + key + "\"");
            assertEquals(ids, Set.of(acknowledged(later, story)));
        }
        String marker = story + "-marker";
        acknowledged(system.client(FACADES.get(0)).post(marker), marker);
        awaitEachOnce(system, List.of(story, marker));
        assertEquals(1, lines(system, Service.LOGGING, "Received message: text='" + story + "'"));
        assertEquals(1, lines(system, Service.MESSAGES, "MQ: text='" + story + "'"));
    }

    @Test
    void aRetryAtTheOtherFacade_isOneMessage_whenAFacadeIsKilled(TestSystem system) throws Exception {
        Client killed = system.client(FACADES.get(0));
        Map<String, String> acknowledged = new ConcurrentHashMap<>();
        Queue<String> unknown = new ConcurrentLinkedQueue<>();
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(threads.submit(() -> postUntilCutOff(killed, acknowledged, unknown)));
        }
        Await.until(PATIENCE, "posts are under way", () -> acknowledged.size() >= POSTS_BEFORE_KILL);
        system.local().kill(List.of(system.replica(FACADES.get(0))));
        for (Future<?> client : clients) {
            client.get();
        }
        assertEquals(CLIENTS, unknown.size(), "invalid: no post was under way when it was killed");

        Client other = system.client(FACADES.get(1));
        for (String key : unknown) {
            retry(other, key);
        }
        for (Map.Entry<String, String> earlier : acknowledged.entrySet()) {
            assertEquals(earlier.getValue(), retry(other, earlier.getKey()), "the id of the first answer");
        }

        List<String> texts = new ArrayList<>();
        acknowledged.keySet().forEach(key -> texts.add(text(key)));
        unknown.forEach(key -> texts.add(text(key)));
        awaitEachOnce(system, texts);
    }

    private void postUntilCutOff(Client facade, Map<String, String> acknowledged, Queue<String> unknown) {
        while (true) {
            String key = UUID.randomUUID().toString();
            try {
                acknowledged.put(key, acknowledged(facade.post(text(key), key), text(key)));
            } catch (IOException e) {
                unknown.add(key);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Posts once more until it is acknowledged; returns the id. */
    private String retry(Client facade, String key) {
        List<HttpResponse<String>> answers = new ArrayList<>();
        Await.until(PATIENCE, "the retry is acknowledged", () -> {
            answers.add(0, facade.post(text(key), key));
            return answers.get(0).statusCode() != 503;
        });
        return acknowledged(answers.get(0), text(key));
    }

    private String text(String key) {
        return story + "-" + key;
    }

    @Test
    void theKeyWithAnotherTextIs409_andNothingOfItAppears(TestSystem system) throws Exception {
        String key = UUID.randomUUID().toString();
        String id = acknowledged(system.client(FACADES.get(0)).post(story, key), story);
        String other = story + "-other";
        for (String name : FACADES) {
            Client facade = system.client(name);
            for (HttpResponse<String> refused : List.of(facade.post(other, key), postQuery(facade, other, key))) {
                assertEquals(409, refused.statusCode(), refused.body());
                assertEquals(Set.of("error", "written"), Set.copyOf(fields(refused)), refused.body());
            }
            assertEquals(id, acknowledged(facade.post(story, key), story), "the first text has it still");
        }
        String marker = story + "-marker";
        acknowledged(system.client(FACADES.get(0)).post(marker), marker);
        awaitEachOnce(system, List.of(story, marker));
    }

    private static HttpResponse<String> postQuery(Client facade, String text, String key)
            throws IOException, InterruptedException {
        return facade.send("POST", "/message?text=" + text, new byte[0], Map.of("Idempotency-Key", key));
    }

    private static List<String> fields(HttpResponse<String> answer) throws IOException {
        List<String> fields = new ArrayList<>();
        Client.json(answer).fieldNames().forEachRemaining(fields::add);
        return fields;
    }

    /** The id in an answer of 201. */
    private static String acknowledged(HttpResponse<String> answer, String text) {
        assertEquals(201, answer.statusCode(), answer.body());
        try {
            assertEquals(text, Client.json(answer).get("msg").asText());
            return Client.json(answer).get("id").asText();
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    /** Each text of this story is once in the log, as every logging replica has it, and in one messages list once. */
    private void awaitEachOnce(TestSystem system, List<String> texts) throws Exception {
        List<String> expected = texts.stream().sorted().toList();
        for (Replica logging : system.replicas(Service.LOGGING)) {
            assertEquals(expected, ofThisStory(system.client(logging.name()).readList("/logs")), logging.name());
        }
        Await.until(PATIENCE, "all is held", () -> held(system).containsAll(expected));
        assertEquals(expected, held(system));
    }

    private List<String> held(TestSystem system) throws IOException, InterruptedException {
        List<String> held = new ArrayList<>();
        for (Replica messages : system.replicas(Service.MESSAGES)) {
            held.addAll(system.client(messages.name()).readList("/messages"));
        }
        return ofThisStory(held);
    }

    private List<String> ofThisStory(List<String> texts) {
        return texts.stream().filter(text -> text.startsWith(story)).sorted().toList();
    }

    private static int lines(TestSystem system, Service service, String text) throws IOException {
        int lines = 0;
        for (Replica replica : system.replicas(service)) {
            lines += system.logLines(replica, text).size();
        }
        return lines;
    }
}
