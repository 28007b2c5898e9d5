package microservices.facade;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import microservices.http.HttpServer;
import microservices.http.Json;
import microservices.ledger.HeldBatch;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.queue.QueueCluster.MessagesReplica;

/**
 * {@code GET /messages/<id>}: one message's way, by one look into the log and one into the ledger. What is not known is
 * {@code null}.
 */
final class MessageRoute {

    private final Supplier<List<MessagesReplica>> live;
    private final LogClient log;
    private final Function<UUID, Optional<HeldBatch>> ledger;

    /**
     * @param live the messages replicas that are in the cluster now
     * @param ledger a batch by its id
     */
    MessageRoute(Supplier<List<MessagesReplica>> live, LogClient log, Function<UUID, Optional<HeldBatch>> ledger) {
        this.live = live;
        this.log = log;
        this.ledger = ledger;
    }

    void addTo(RoutesConfig routes) {
        HttpServer.get(routes, "/messages/{id}", this::answer);
    }

    private void answer(Context request) {
        UUID id = BatchIds.parse(request.pathParam("id"));
        if (!BatchIds.mayBeOurs(id)) {
            throw Refusal.badRequest("this is no id of a message; send one as a facade has given it");
        }
        UUID batch = BatchIds.batchOf(id);
        Optional<HeldBatch> registered = ledger.apply(batch);
        Optional<Batch> logged = log.find(batch);
        Message message = logged.or(() -> registered.map(HeldBatch::batch))
                .filter(found -> BatchIds.placeOf(id) < found.size())
                .map(found -> found.messages().get(BatchIds.placeOf(id)))
                .orElseThrow(() -> Refusal.of(404, "there is no message with this id"));
        Optional<String> holder = registered.flatMap(HeldBatch::holder).flatMap(this::nameOf);
        request.result(json(message, BatchIds.time(id), logged.isPresent(), holder));
    }

    /** Empty if it is gone: then another one will have the batch. */
    private Optional<String> nameOf(UUID holder) {
        return live.get().stream()
                .filter(replica -> replica.holder().equals(holder))
                .map(MessagesReplica::name)
                .findFirst();
    }

    /** @param logged if not, it is not logged yet, or stands there under its idempotency key, or the log has lost it */
    private static byte[] json(Message message, Instant accepted, boolean logged, Optional<String> holder) {
        return Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("id", message.id());
            json.writeStringField("msg", message.text());
            json.writeStringField("accepted", accepted.toString());
            if (logged) {
                json.writeBooleanField("logged", true);
            } else {
                json.writeNullField("logged");
            }
            json.writeStringField("heldBy", holder.orElse(null));
            if (holder.isEmpty()) {
                Duration waiting = Duration.between(accepted, Instant.now());
                json.writeNumberField("waitingSeconds", Math.max(0, waiting.toSeconds()));
            }
            json.writeEndObject();
        });
    }
}
