package microservices.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import microservices.concurrent.LastAnswer;
import microservices.concurrent.Worker;
import microservices.metrics.Metrics;
import microservices.service.Health;
import org.eclipse.jetty.server.Request;

/**
 * What those ask who look after a replica. {@code GET /health/ready}, and {@code GET /health}: whether it can keep its
 * promises now, in which other replicas have a part. {@code GET /health/live}: whether this process can go on at all;
 * that asks nobody, so a restart by it never hits a replica that only waits for others. These are answered always, see
 * {@link RequestLimit}. {@code GET /metrics} asks nobody either: whether it is ready is found out every few seconds, on a
 * thread of its own.
 */
public final class Probes {

    /** What is always answered: also what a replica has done lately, which asks nobody either. */
    private static final Set<String> PATHS = Set.of("/health", "/health/ready", "/health/live", "/recent");

    private static final List<String> NOT_KNOWN = List.of("it is not known whether this replica is ready");
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofMillis(100);
    /** Longer than a period and the longest question together. */
    private static final Duration VALID = Duration.ofSeconds(20);

    private final Supplier<List<String>> ended;
    private final Supplier<Health> ready;
    private final Metrics metrics;
    private final LastAnswer<Health> lastReady = new LastAnswer<>(VALID);
    private final Worker worker = new Worker("readiness", this::look, PERIOD, STOP);

    private volatile boolean stopping;

    /**
     * Asks nothing yet.
     *
     * @param ended one sentence for each part that has ended, beside {@link Worker}s, without which the process cannot go
     *     on; answers at once
     * @param ready whether the replica can keep its promises now; may take some seconds
     * @param metrics to which others have added what they count and know
     */
    public Probes(Supplier<List<String>> ended, Supplier<Health> ready, Metrics metrics) {
        this.ended = ended;
        this.ready = ready;
        this.metrics = metrics;
        metrics.gauge(
                "message_service_ready",
                "1 if this replica could keep its promises when it was asked last, else 0.",
                () -> lastReady.number(now -> now.healthy() ? 1 : 0));
        metrics.gauge(
                "message_service_ready_age_seconds",
                "How long ago this replica was last asked whether it is ready.",
                lastReady::ageSeconds);
    }

    /** Of a server that has no member. */
    public Probes(Supplier<Health> ready) {
        this(List::of, ready, new Metrics());
    }

    Metrics metrics() {
        return metrics;
    }

    void start() {
        worker.start();
    }

    /** Whether it is one of those that are always answered. */
    static boolean include(Request request) {
        String path = Request.getPathInContext(request);
        return path != null && PATHS.contains(path);
    }

    /** What was missing when it was found out last, one sentence each. Asks nobody. */
    public List<String> lastMissing() {
        return lastReady.answer().map(Health::missing).orElse(NOT_KNOWN);
    }

    /** From now on not ready. */
    void stop() {
        stopping = true;
        worker.close();
    }

    private Duration look() {
        ready();
        return PERIOD;
    }

    void addTo(RoutesConfig routes, String replica) {
        HttpServer.get(routes, "/health", request -> answer(request, replica, ready()));
        HttpServer.get(routes, "/health/ready", request -> answer(request, replica, ready()));
        HttpServer.get(routes, "/health/live", request -> answer(request, replica, live()));
        HttpServer.get(routes, "/metrics", this::metrics);
    }

    private Health ready() {
        Health now = stopping ? new Health(List.of("this replica is stopping"), Map.of()) : ready.get();
        lastReady.set(now);
        return now;
    }

    /** A replica that starts or stops is alive. */
    private Health live() {
        Stream<String> threads = Worker.ended().stream().map(name -> "its thread " + name + " has ended");
        return new Health(Stream.concat(ended.get().stream(), threads).toList(), Map.of());
    }

    private void metrics(Context request) {
        Metrics.Text text = metrics.read(request.header("Accept"));
        request.contentType(text.contentType()).result(text.body());
    }

    private static void answer(Context request, String replica, Health now) {
        request.status(now.healthy() ? 200 : 503).result(Json.writeHealth(replica, now));
        if (!now.healthy()) {
            request.header("Retry-After", "1");
        }
    }
}
