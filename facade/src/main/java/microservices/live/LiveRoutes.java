package microservices.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import microservices.http.HttpServer;
import microservices.http.Json;
import microservices.live.LiveView.Moment;
import microservices.live.Watched.Condition;
import microservices.message.Refusal;
import microservices.recent.Recent;
import microservices.recent.RecentRoute;

/**
 * {@code GET /live}, the page, and {@code GET /live/state?after=N}, which the page asks once a second: how all replicas are,
 * and what has happened after the event with this number.
 */
public final class LiveRoutes {

    /** Asks a replica what it has done lately, see {@link RecentRoute}; may block for seconds. */
    public interface Ask {
        /** @throws RuntimeException if it does not answer */
        Recent ask(Place place, long after, UUID run);
    }

    private final LivePage page = new LivePage();
    private final UUID run = UUID.randomUUID();
    private final String facade;
    private final LiveView view;

    /**
     * Asks nothing yet.
     *
     * @param facade the name of this one
     * @param places where replicas are now, as far as this facade knows
     * @param expected how many there are when all are there
     * @param summary answers within a second
     */
    public LiveRoutes(String facade, Supplier<List<Place>> places, int expected, Ask ask, Supplier<Summary> summary) {
        this.facade = facade;
        this.view = new LiveView(places, expected, ask, summary);
    }

    public void addTo(RoutesConfig routes) {
        HttpServer.get(routes, "/live", page::page);
        HttpServer.get(routes, "/live/icon.svg", page::icon);
        HttpServer.get(routes, "/live/state", this::state);
    }

    /** To be called when a replica may have come: who looks later sees it crossed out when it has gone. Asks nobody. */
    public void remember() {
        view.remember();
    }

    private void state(Context request) {
        long after = RecentRoute.number(request, "after");
        Moment now =
                view.now().orElseThrow(() -> Refusal.notNow("looking at all replicas takes too long; send it again"));
        request.header("Cache-Control", "no-store")
                .result(now.answer(after, () -> Json.write(json -> write(now, after, json))));
    }

    private void write(Moment now, long after, JsonGenerator json) throws IOException {
        Summary known = now.summary();
        json.writeStartObject();
        json.writeStringField("facade", facade);
        json.writeStringField("run", run.toString());
        json.writeNumberField("time", now.timeMillis());
        json.writeFieldName("status");
        json.writeRawValue(known.status());
        json.writeObjectFieldStart("queue");
        json.writeFieldName("depth");
        if (known.depth().isPresent()) {
            json.writeNumber(known.depth().get());
        } else {
            json.writeNull();
        }
        json.writeStringField("owner", known.owner().orElse(null));
        json.writeEndObject();
        json.writeArrayFieldStart("replicas");
        for (Condition one : now.replicas()) {
            write(one, json);
        }
        json.writeEndArray();
        writeFacades(now.replicas(), json);
        view.happenings().write(after, json);
        json.writeEndObject();
    }

    private static void write(Condition one, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", one.place().name());
        json.writeStringField("service", one.place().kind().name().toLowerCase(Locale.ROOT));
        json.writeStringField("state", one.away() ? "away" : "up");
        Json.writeMissing(json, one.missing());
        json.writeFieldName("messages");
        if (one.messages().isPresent()) {
            json.writeNumber(one.messages().getAsLong());
        } else {
            json.writeNull();
        }
        json.writeFieldName("perSecond");
        if (one.perSecond().isPresent()) {
            json.writeNumber(Math.round(one.perSecond().getAsDouble() * 10) / 10.0);
        } else {
            json.writeNull();
        }
        json.writeStringField("url", one.place().url());
        json.writeEndObject();
    }

    /** By what a browser may reach the other facades, should this one end. */
    private void writeFacades(List<Condition> replicas, JsonGenerator json) throws IOException {
        List<Condition> facades = replicas.stream()
                .filter(one -> one.place().kind() == Place.Kind.FACADE)
                .toList();
        for (Condition one : facades) {
            if (one.place().name().equals(facade)) {
                json.writeStringField("facadeHost", one.place().host());
            }
        }
        json.writeArrayFieldStart("facades");
        for (Condition one : facades) {
            if (!one.place().name().equals(facade)) {
                json.writeStartObject();
                json.writeStringField("name", one.place().name());
                json.writeStringField("host", one.place().host());
                json.writeNumberField("port", one.place().port());
                json.writeBooleanField("up", !one.away());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }
}
