package microservices.logging;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import microservices.common.HttpServer;
import microservices.common.Message;
import microservices.common.MessageJson;
import microservices.common.MessageText;
import microservices.common.RequestBody;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /log} writes one message or a list of them; {@code GET /logs} lists the texts of all. */
final class LoggingRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(LoggingRoutes.class);

    /** A facade's batch, see its Batches, with room to spare for JSON. */
    private static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    private final LogStore store;

    LoggingRoutes(LogStore store) {
        this.store = store;
    }

    void addTo(RoutesConfig routes) {
        routes.post("/log", this::write);
        HttpServer.get(routes, "/logs", this::read);
    }

    private void write(Context request) {
        List<Message> messages = MessageJson.readMessages(RequestBody.read(request, MAX_BODY_BYTES));
        store.write(messages);
        for (Message message : messages) {
            LOG.info(
                    "Received message: text='{}' identifier='{}'", MessageText.onOneLine(message.text()), message.id());
        }
        request.status(201);
    }

    private void read(Context request) throws IOException {
        List<String> texts = store.texts();
        MessageJson.writeTexts(texts, request.res().getOutputStream());
    }
}
