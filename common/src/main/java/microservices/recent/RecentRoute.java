package microservices.recent;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import microservices.http.HttpServer;
import microservices.http.RequestBody;
import microservices.message.BatchIds;
import microservices.message.Refusal;

/**
 * {@code GET /recent?after=N&run=<uuid>}: what this replica has done lately, for a facade that shows it. Asks nobody, so it
 * is answered at once while others are frozen.
 */
public final class RecentRoute {

    private final RecentBatches batches;
    private final String replica;
    private final Supplier<List<String>> missing;

    /** @param missing what the replica is missing, as it was found out last; answers at once */
    public RecentRoute(RecentBatches batches, String replica, Supplier<List<String>> missing) {
        this.batches = batches;
        this.replica = replica;
        this.missing = missing;
    }

    public void addTo(RoutesConfig routes) {
        HttpServer.get(routes, "/recent", this::answer);
    }

    /** What the route answers; see {@link RecentBatches#since}. */
    public Recent since(long after, UUID run) {
        return batches.since(after, run, replica, missing.get());
    }

    /** The path to ask with. */
    public static String path(long after, UUID run) {
        return "/recent?after=" + after + "&run=" + run;
    }

    private void answer(Context request) throws IOException {
        Recent recent = since(number(request, "after"), BatchIds.parse(parameter(request, "run")));
        request.contentType(RequestBody.BINARY);
        recent.write(new DataOutputStream(request.res().getOutputStream()));
    }

    /**
     * A query parameter.
     *
     * @throws Refusal 400 if it is no whole number, or missing
     */
    public static long number(Context request, String name) {
        try {
            return Long.parseLong(parameter(request, name));
        } catch (NumberFormatException e) {
            throw Refusal.badRequest(name + " is not a whole number; send ?" + name + "=0");
        }
    }

    private static String parameter(Context request, String name) {
        String value = request.queryParam(name);
        if (value == null) {
            throw Refusal.badRequest("the query has no " + name + "; send ?" + name + "=…");
        }
        return value;
    }
}
