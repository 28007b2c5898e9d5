package microservices.system.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hazelcast.map.IMap;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A logging replica of {@link PlainSystem}: one put a message into the distributed map. */
public final class PlainLogging {

    private static final Logger LOG = LoggerFactory.getLogger(PlainLogging.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final IMap<UUID, String> log = PlainSystem.member("LOGGING_PEERS").getMap("log");

    private PlainLogging() {}

    public static void main(String[] args) {
        PlainLogging logging = new PlainLogging();
        PlainSystem.serve(routes -> {
            routes.post("/log", logging::put);
            routes.get("/logs", request -> request.json(logging.log.values()));
        });
    }

    private void put(Context request) throws IOException {
        JsonNode message = JSON.readTree(request.body());
        UUID id = UUID.fromString(message.path("id").asText());
        String text = message.path("msg").asText();
        log.put(id, text);
        LOG.info("Received message: text='{}' identifier='{}'", text, id);
        request.status(201);
    }
}
