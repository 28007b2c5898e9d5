package microservices.logging;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.http.ListRoutes;
import microservices.http.MessageJson;
import microservices.http.RequestBody;
import microservices.message.Attempt;
import microservices.message.Message;
import microservices.message.MessageIds;
import microservices.message.MessageText;
import microservices.message.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /log} writes one message or a list of them, and if one of them has a key, answers with the ids under which
 * they stand in the log, null where a key belongs to another text; {@code GET /logs} lists the texts of all, and
 * {@code GET /logs/after/<uuid>} some messages after that one, with their ids.
 */
final class LoggingRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(LoggingRoutes.class);

    /** A facade's batch, see its Batches, with room to spare for JSON. */
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** More than the readings of one facade, which chooses among replicas. */
    private static final int MOST_READINGS = 96;

    private final LogStore store;
    private final MemoryGuard memory;
    private final ListRoutes readings = new ListRoutes(MOST_READINGS);

    LoggingRoutes(LogStore store, MemoryGuard memory) {
        this.store = store;
        this.memory = memory;
    }

    void addTo(RoutesConfig routes) {
        routes.post("/log", this::write);
        readings.addTo(routes, "/logs", this::read);
        HttpServer.get(routes, "/logs/after/{id}", this::readPage);
    }

    private void write(Context request) {
        memory.checkRoom();
        List<Attempt> attempts = MessageJson.readAttempts(RequestBody.read(request, MAX_BODY_BYTES));
        List<Optional<String>> ids = store.write(attempts);
        for (int i = 0; i < attempts.size(); i++) {
            Message message = attempts.get(i).message();
            ids.get(i).ifPresent(id -> tell(message, id));
        }
        request.status(201);
        if (attempts.stream().anyMatch(attempt -> attempt.key().isPresent())) {
            request.result(MessageJson.writeIds(ids));
        }
    }

    private static void tell(Message message, String id) {
        String what = id.equals(message.id()) ? "Received message" : "Received message again";
        LOG.info("{}: text='{}' identifier='{}'", what, MessageText.onOneLine(message.text()), id);
    }

    /** With their ids, for a facade that makes good what a split has lost. */
    private void readPage(Context request) {
        String after = request.pathParam("id");
        if (!MessageIds.isUuid(after)) {
            throw Refusal.badRequest("the id is not a UUID; send /logs/after/<uuid> in lower case");
        }
        try (LogReading reading = store.read()) {
            if (!store.writable()) {
                request.header(HttpServer.STALE_HEADER, "possible");
            }
            List<Attempt> page = reading.after(UUID.fromString(after)).stream()
                    .map(message -> new Attempt(message, Optional.empty()))
                    .toList();
            request.result(MessageJson.writeAttempts(page));
        }
    }

    private void read(Context request, OutputStream out) throws IOException {
        try (LogReading reading = store.read()) {
            if (!store.writable()) {
                request.header(HttpServer.STALE_HEADER, "possible");
            }
            MessageJson.writeTexts(reading, out);
        }
    }
}
