package microservices.system.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.hazelcast.collection.IQueue;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The facade of {@link PlainSystem}: one call to a random logging replica, and one offer into the queue. */
public final class PlainFacade {

    private static final Logger LOG = LoggerFactory.getLogger(PlainFacade.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final IQueue<String> queue = PlainSystem.member("QUEUE_PEERS").getQueue(PlainSystem.QUEUE);
    private final List<String> loggings = List.of(System.getenv("LOGGING_URLS").split(","));

    private PlainFacade() {}

    public static void main(String[] args) {
        PlainFacade facade = new PlainFacade();
        PlainSystem.serve(routes -> routes.post("/", facade::post));
    }

    private void post(Context request) throws IOException, InterruptedException {
        String text = JSON.readTree(request.body()).path("msg").asText();
        UUID id = UUID.randomUUID();
        LOG.info("Received message: text='{}' identifier='{}'", text, id);
        String logging = loggings.get(ThreadLocalRandom.current().nextInt(loggings.size()));
        HttpResponse<Void> logged = http.send(
                HttpRequest.newBuilder(URI.create(logging + "/log"))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                JSON.writeValueAsString(Map.of("id", id.toString(), "msg", text))))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        if (logged.statusCode() == 201 && queue.offer(text)) {
            request.status(201).json(Map.of("id", id.toString(), "msg", text));
        } else {
            request.status(503);
        }
    }
}
