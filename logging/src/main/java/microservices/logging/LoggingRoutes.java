package microservices.logging;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.http.Json;
import microservices.http.ListRoutes;
import microservices.http.RequestBody;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.IdList;
import microservices.message.JsonText;
import microservices.message.KeyedBatch;
import microservices.message.Message;
import microservices.message.MessageText;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import microservices.recent.Recent;
import microservices.recent.RecentBatches;
import microservices.service.LogOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /log} writes one message as JSON or a list of them; or, from a facade, batches in their own form, and
 * answers with the ids under which they stand in the log. {@code GET /logs} lists the texts of all. For a facade that
 * compares the log with something, {@code GET /logs/size} says how many batches there are, {@code GET
 * /logs/ids/after/<uuid>} lists their ids, and {@code POST /logs/batches} and {@code GET /logs/batches/<uuid>} return
 * batches by their ids.
 */
final class LoggingRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(LoggingRoutes.class);

    /** What a facade sends at once, with room to spare. */
    static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** How many messages a list of JSON may have: each is a write of its own. */
    private static final int MOST_MESSAGES = 1000;

    /** More than the readings of one facade, which chooses among replicas. */
    private static final int MOST_READINGS = 96;

    private static final String SHAPE = "send {\"id\":\"<uuid>\",\"msg\":\"text\"}, or a list of these";

    private final LogStore store;
    private final MemoryGuard memory;
    private final RecentBatches recent;
    private final ListRoutes readings = new ListRoutes(MOST_READINGS);
    private final LongAdder logged = new LongAdder();
    private final LongAdder again = new LongAdder();

    LoggingRoutes(LogStore store, MemoryGuard memory, RecentBatches recent) {
        this.store = store;
        this.memory = memory;
        this.recent = recent;
    }

    void addTo(Metrics metrics) {
        metrics.counters(
                "message_service_logged_messages_total",
                "Messages that this replica has written to the log, for the first time and again, by a retry of a client.",
                "attempt",
                Map.of("first", logged, "again", again));
    }

    void addTo(RoutesConfig routes) {
        routes.post("/log", this::write);
        readings.addTo(routes, "/logs", this::read);
        HttpServer.get(routes, "/logs/size", this::size);
        HttpServer.get(routes, "/logs/ids/after/{id}", this::readIds);
        routes.post("/logs/batches", this::readBatches);
        HttpServer.get(routes, "/logs/batches/{id}", this::readBatch);
    }

    private void write(Context request) throws IOException {
        memory.checkRoom();
        boolean binary = RequestBody.isBinary(request);
        List<KeyedBatch> batches = binary
                ? readBody(request, KeyedBatch::readAll)
                : messages(RequestBody.readText(request, MAX_BODY_BYTES));
        List<List<Message>> messages = new ArrayList<>();
        batches.forEach(keyed -> messages.add(keyed.batch().check()));
        List<Optional<UUID>> ids = store.write(batches);
        List<Batch> first = new ArrayList<>();
        LogOutput.atOnce(() -> {
            for (int i = 0; i < batches.size(); i++) {
                if (ids.get(i).isPresent()
                        && tell(
                                batches.get(i).batch(),
                                messages.get(i),
                                ids.get(i).get())) {
                    first.add(batches.get(i).batch());
                }
            }
        });
        recent.add(Recent.Kind.LOGGED, first);
        if (!binary && ids.contains(Optional.<UUID>empty())) {
            throw conflict(ids);
        }
        request.status(201);
        if (binary) {
            KeyedBatch.writeIds(ids, new DataOutputStream(binaryAnswer(request)));
        }
    }

    private static Refusal conflict(List<Optional<UUID>> ids) {
        String what = "an id stands for another text already; send this one with an id of its own";
        return ids.stream().allMatch(Optional::isEmpty)
                ? Refusal.conflict(what)
                : Refusal.conflict(what + "; the rest of the list was written").afterAWrite();
    }

    /** Each message is a batch of its own. */
    private static List<KeyedBatch> messages(String body) {
        Set<UUID> ids = new HashSet<>();
        List<KeyedBatch> batches = new ArrayList<>();
        List<Map<String, String>> list = Json.readObjects(body, SHAPE, Set.of("id", "msg"));
        if (list.size() > MOST_MESSAGES) {
            throw Refusal.tooLarge("the list has more than " + MOST_MESSAGES + " messages; send several lists");
        }
        for (Map<String, String> fields : list) {
            UUID id = BatchIds.parse(fields.get("id"));
            if (!ids.add(id)) {
                throw Refusal.badRequest("the list has one id twice; " + SHAPE);
            }
            byte[] text = JsonText.encode(MessageText.check("msg", fields.get("msg")));
            batches.add(new KeyedBatch(Batch.of(id, List.of(text)), Optional.empty()));
        }
        return batches;
    }

    /**
     * Logs the lines of a batch. A repetition is told of under the id of the first attempt.
     *
     * @return whether it is the first attempt
     */
    private boolean tell(Batch batch, List<Message> messages, UUID id) {
        boolean first = id.equals(batch.id());
        (first ? logged : again).add(batch.size());
        String what = first ? "Received message" : "Received message again";
        for (int place = 0; place < messages.size(); place++) {
            LOG.info(
                    "{}: text='{}' identifier='{}'",
                    what,
                    MessageText.onOneLine(messages.get(place).text()),
                    BatchIds.message(id, place));
        }
        return first;
    }

    private void size(Context request) {
        request.result(String.valueOf(store.reader().size()));
        tellIfStale(request);
    }

    private void readIds(Context request) throws IOException {
        IdList ids = store.reader().idsAfter(BatchIds.parse(request.pathParam("id")), maxAge(request));
        tellIfStale(request);
        ids.write(new DataOutputStream(binaryAnswer(request)));
    }

    private static Duration maxAge(Context request) {
        String millis = request.queryParam("maxAgeMillis");
        try {
            return millis == null ? Duration.ZERO : Duration.ofMillis(Integer.parseInt(millis));
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("maxAgeMillis is not a number; send whole milliseconds, or leave it out");
        }
    }

    private void readBatches(Context request) throws IOException {
        answer(store.confirm(readBody(request, IdList::read)), request);
    }

    private void readBatch(Context request) throws IOException {
        Optional<Batch> batch = store.reader().find(BatchIds.parse(request.pathParam("id")));
        tellIfStale(request);
        answer(batch.stream().toList(), request);
    }

    private static void answer(List<Batch> batches, Context request) throws IOException {
        List<KeyedBatch> withoutKeys = batches.stream()
                .map(batch -> new KeyedBatch(batch, Optional.empty()))
                .toList();
        KeyedBatch.writeAll(withoutKeys, new DataOutputStream(binaryAnswer(request)));
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static <T> T readBody(Context request, Reading<T> reading) {
        ByteArrayInputStream bytes = new ByteArrayInputStream(RequestBody.readBinary(request, MAX_BODY_BYTES));
        try {
            T body = reading.from(new DataInputStream(bytes));
            if (bytes.read() < 0) {
                return body;
            }
        } catch (IOException e) {
            LOG.debug("A body is not what a facade sends", e);
        }
        throw Refusal.badRequest("the body is not what a facade sends; " + SHAPE);
    }

    private static OutputStream binaryAnswer(Context request) throws IOException {
        request.contentType(RequestBody.BINARY);
        return request.res().getOutputStream();
    }

    private void tellIfStale(Context request) {
        if (!store.writable()) {
            request.header(HttpServer.STALE_HEADER, "possible");
        }
    }

    private void read(Context request, OutputStream out) throws IOException {
        try (LogReader.Listing all = store.reader().open()) {
            tellIfStale(request);
            all.writeTo(out);
        }
    }
}
