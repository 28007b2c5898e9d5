package microservices.messages;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import microservices.http.HttpServer;
import microservices.http.JsonList;
import microservices.http.ListRoutes;
import microservices.http.RequestBody;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.message.SizedIds;

/**
 * {@code GET /messages} lists the texts that this replica holds. For a facade that compares, {@code GET /messages/size}
 * says how many they are, and {@code GET /messages/ids/after/<uuid>} lists the ids of their batches.
 */
final class MessagesRoutes {

    /** More than the readings of one facade, which chooses among replicas. */
    private static final int MOST_READINGS = 96;
    /** How many ids a page of them has: a facade reads one of each replica at a time. */
    private static final int PAGE_IDS = 8 * 1024;

    private final MessageStore store;
    private final BooleanSupplier current;
    private final ListRoutes readings = new ListRoutes(MOST_READINGS);

    /** @param current whether the list has been compared since this replica was apart from others; may refuse */
    MessagesRoutes(MessageStore store, BooleanSupplier current) {
        this.store = store;
        this.current = current;
    }

    void addTo(RoutesConfig routes) {
        readings.addTo(routes, "/messages", this::list);
        HttpServer.get(routes, "/messages/size", this::size);
        HttpServer.get(routes, "/messages/ids/after/{id}", this::listIds);
    }

    private void list(Context request, OutputStream out) throws IOException {
        checkCurrent();
        write(store, out);
    }

    private void size(Context request) {
        checkCurrent();
        request.result(String.valueOf(store.size()));
    }

    private void listIds(Context request) throws IOException {
        UUID id = BatchIds.parse(request.pathParam("id"));
        checkCurrent();
        request.contentType(RequestBody.BINARY);
        SizedIds.write(
                store.sizesAfter(id, PAGE_IDS),
                new DataOutputStream(request.res().getOutputStream()));
    }

    private void checkCurrent() {
        if (!current.getAsBoolean()) {
            throw Refusal.notNow("this replica is still finding out what others hold; send it again");
        }
    }

    /** Writes a replica's list as JSON. */
    static void write(MessageStore store, OutputStream out) throws IOException {
        JsonList list = new JsonList(out);
        for (Batch batch : store.batches()) {
            list.add(batch);
        }
        list.end();
    }
}
