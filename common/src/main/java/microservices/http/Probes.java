package microservices.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import microservices.concurrent.Worker;
import microservices.service.Health;
import org.eclipse.jetty.server.Request;

/**
 * What those ask who look after a replica. {@code GET /health/ready}, and {@code GET /health}: whether it can keep its
 * promises now, in which other replicas have a part. {@code GET /health/live}: whether this process can go on at all;
 * that asks nobody, so a restart by it never hits a replica that only waits for others. Always answered, see
 * {@link RequestLimit}.
 */
public final class Probes {

    private static final Set<String> PATHS = Set.of("/health", "/health/ready", "/health/live");

    private final Supplier<List<String>> ended;
    private final Supplier<Health> ready;

    private volatile boolean stopping;

    /**
     * Asks nothing yet.
     *
     * @param ended one sentence for each part that has ended, beside {@link Worker}s, without which the process cannot go
     *     on; answers at once
     * @param ready whether the replica can keep its promises now; may take some seconds
     */
    public Probes(Supplier<List<String>> ended, Supplier<Health> ready) {
        this.ended = ended;
        this.ready = ready;
    }

    /** Of a server that has no member. */
    public Probes(Supplier<Health> ready) {
        this(List::of, ready);
    }

    /** Whether it is one of those that are always answered. */
    static boolean include(Request request) {
        String path = Request.getPathInContext(request);
        return path != null && PATHS.contains(path);
    }

    /** From now on not ready. */
    void stop() {
        stopping = true;
    }

    void addTo(RoutesConfig routes, String replica) {
        HttpServer.get(routes, "/health", request -> answer(request, replica, ready()));
        HttpServer.get(routes, "/health/ready", request -> answer(request, replica, ready()));
        HttpServer.get(routes, "/health/live", request -> answer(request, replica, live()));
    }

    private Health ready() {
        return stopping ? new Health(List.of("this replica is stopping"), Map.of()) : ready.get();
    }

    /** A replica that starts or stops is alive. */
    private Health live() {
        Stream<String> threads = Worker.ended().stream().map(name -> "its thread " + name + " has ended");
        return new Health(Stream.concat(ended.get().stream(), threads).toList(), Map.of());
    }

    private static void answer(Context request, String replica, Health now) {
        request.status(now.healthy() ? 200 : 503).result(Json.writeHealth(replica, now));
        if (!now.healthy()) {
            request.header("Retry-After", "1");
        }
    }
}
