package microservices.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.SizedIds;
import microservices.service.Environment;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a messages replica tells of what it holds. */
@Timeout(60)
class MessagesRoutesHttpTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private final MessageStore store = new MessageStore();
    private volatile boolean current = true;
    private HttpServer server;

    @BeforeEach
    void start() {
        ReplicaSettings settings = ReplicaSettings.ofQueueCluster(new Environment(Map.of()), "messages-1", 0, 0);
        MessagesRoutes routes = new MessagesRoutes(store, () -> current);
        server = new HttpServer(settings, 0, new Probes(() -> new Health(List.of(), Map.of())), routes::addTo);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private String text(String path) throws Exception {
        HttpResponse<byte[]> answer = get(path);
        assertEquals(200, answer.statusCode());
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private SortedMap<UUID, Integer> after(UUID id) throws Exception {
        HttpResponse<byte[]> answer = get("/messages/ids/after/" + id);
        assertEquals(200, answer.statusCode());
        String type = answer.headers().firstValue("Content-Type").orElse("none");
        assertTrue(type.startsWith("application/octet-stream"), type);
        return read(answer);
    }

    private static SortedMap<UUID, Integer> read(HttpResponse<byte[]> answer) throws IOException {
        return SizedIds.read(new DataInputStream(new ByteArrayInputStream(answer.body())));
    }

    @Test
    void listsItsTexts_andSaysHowManyTheyAre() throws Exception {
        assertEquals("[]", text("/messages"));
        assertEquals("0", text("/messages/size"));
        store.add(List.of(TestMessages.batch("a", 2)));
        assertEquals("[\"a0\",\"a1\"]", text("/messages"));
        assertEquals("2", text("/messages/size"));
    }

    @Test
    void listsTheIdsOfItsBatches_pageByPage() throws Exception {
        List<Batch> batches = TestMessages.batches(20_000, 1);
        batches = new ArrayList<>(batches);
        batches.add(TestMessages.batch("last", 5));
        store.add(batches);
        List<UUID> listed = new ArrayList<>();
        int messages = 0;
        UUID after = BatchIds.FIRST;
        int pages = 0;
        for (SortedMap<UUID, Integer> page = after(after); !page.isEmpty(); page = after(after)) {
            listed.addAll(page.keySet());
            messages += page.values().stream().mapToInt(Integer::intValue).sum();
            after = page.lastKey();
            pages++;
        }
        assertEquals(TestMessages.ids(batches), listed);
        assertEquals(20_005, messages);
        assertEquals(3, pages);
    }

    @Test
    void refusesWhatIsNoId_andEverything_whileItsListIsNotCompared() throws Exception {
        assertEquals(400, get("/messages/ids/after/1").statusCode());
        current = false;
        for (String path : List.of("/messages", "/messages/size", "/messages/ids/after/" + BatchIds.FIRST)) {
            HttpResponse<byte[]> refused = get(path);
            assertEquals(503, refused.statusCode(), path);
            assertEquals("1", refused.headers().firstValue("Retry-After").orElse("none"));
        }
    }
}
