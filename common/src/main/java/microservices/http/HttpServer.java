package microservices.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import io.javalin.router.ParsedEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import microservices.message.MessageText;
import microservices.message.Refusal;
import microservices.service.ReplicaSettings;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's HTTP server: its routes, those of {@link Probes}, and the error contract: every error is JSON, whoever
 * found it. Stopping it lets the requests under way finish first.
 */
public final class HttpServer implements AutoCloseable {

    /** Names the replica that answered, on every answer. */
    public static final String REPLICA_HEADER = "X-Replica";
    /** Says {@code possible} on a list that may lack what was accepted lately: its replica sees too few others. */
    public static final String STALE_HEADER = "X-Stale";

    /** What a client is told of a bug. */
    static final String FAILED = "this replica failed; its log says why";

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    /** Request line and headers: room for a text of 64 KiB in the query, percent-encoded. */
    private static final int MAX_HEADER_BYTES = 3 * MessageText.MAX_BYTES + 16 * 1024;

    /** How long requests under way may take to finish once the server stops. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /** Connections, idle ones too, for each request that may be under way. */
    private static final int CONNECTIONS_EACH = 4;

    private static final int THREAD_IDLE_MILLIS = 60_000;
    /** While a body is read and kept, what is made of it takes some times its own size. */
    private static final int BODIES_PART_OF_HEAP = 16;

    private final String replica;
    private final Probes probes;
    private final Javalin javalin;
    private final List<String> hosts;
    private final int port;
    private final int maxRequests;
    private final int longestBody;
    private final ByteBudget bodies;
    private final Connections connections;
    private final Map<String, PostRoute> posts;
    private final GracefulHandler graceful = new GracefulHandler();

    /**
     * Opens nothing yet.
     *
     * @param settings where it listens; port 0 takes a free one; how many requests may be under way, {@link Probes} aside:
     *     one more is answered 503
     * @param longestBody that any route takes, in bytes
     * @param probes what is answered to those who look after the replica
     * @param routes adds the service's own routes
     */
    public HttpServer(ReplicaSettings settings, int longestBody, Probes probes, Consumer<RoutesConfig> routes) {
        this(settings, longestBody, probes, routes, Map.of());
    }

    /**
     * The same with further routes.
     *
     * @param posts further ones, for POST, by their paths
     */
    public HttpServer(
            ReplicaSettings settings,
            int longestBody,
            Probes probes,
            Consumer<RoutesConfig> routes,
            Map<String, PostRoute> posts) {
        this(settings, longestBody, ByteBudget.ofHeap("bodies", BODIES_PART_OF_HEAP), probes, routes, posts);
    }

    HttpServer(
            ReplicaSettings settings,
            int longestBody,
            ByteBudget bodies,
            Probes probes,
            Consumer<RoutesConfig> routes,
            Map<String, PostRoute> posts) {
        this.posts = posts;
        this.replica = settings.replica();
        this.probes = probes;
        this.hosts = settings.bindHosts();
        this.port = settings.httpPort();
        this.maxRequests = settings.maxRequests();
        this.longestBody = longestBody;
        this.bodies = bodies;
        this.connections = new Connections(CONNECTIONS_EACH * (maxRequests + RequestLimit.SPARE_THREADS));
        this.javalin = Javalin.create(config -> configure(config, routes));
    }

    private void configure(JavalinConfig config, Consumer<RoutesConfig> routes) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.defaultContentType = ContentType.JSON;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.threadPool = new QueuedThreadPool(maxRequests + RequestLimit.SPARE_THREADS, 8, THREAD_IDLE_MILLIS);
        config.jetty.modifyServer(this::configure);
        config.jetty.modifyHttpConfiguration(http -> {
            http.setRequestHeaderSize(MAX_HEADER_BYTES);
            http.setHttpCompliance(HttpCompliance.STRICT);
        });
        Listening listening = new Listening(port, connections);
        hosts.forEach(host -> config.jetty.addConnector((server, http) -> listening.on(host, server, http)));
        config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(new JsonErrorHandler(replica)));
        config.routes.before(request -> request.header(REPLICA_HEADER, replica));
        probes.addTo(config.routes, replica);
        routes.accept(config.routes);
        // So that Javalin knows that these paths take POST; the handler in front of it has answered already.
        posts.keySet()
                .forEach(path -> config.routes.post(path, request -> {
                    throw new NotFoundResponse();
                }));
        config.routes.exception(
                Refusal.class, (e, request) -> answer(request, e.status(), e.getMessage(), e.nothingWritten()));
        config.routes.exception(HttpResponseException.class, HttpServer::answer);
        config.routes.exception(Exception.class, (e, request) -> {
            LOG.error("{} {} failed; this is a bug", request.method(), request.path(), e);
            answer(request, 500, FAILED, readsOnly(request));
        });
    }

    private void configure(Server server) {
        server.setErrorHandler(new JsonErrorHandler(replica));
        server.insertHandler(new PostHandler(posts, replica));
        RequestLimit limit = new RequestLimit(maxRequests, replica);
        server.insertHandler(limit);
        server.insertHandler(new WholeBodyHandler(connections, bodies, longestBody, this::readsBody, limit, replica));
        server.insertHandler(new RequestTimes(probes.metrics(), posts.keySet(), this::route));
        // Without these two, stop() cuts off the requests under way.
        server.insertHandler(graceful);
        server.setStopTimeout(STOP_TIMEOUT.toMillis());
    }

    /** Whether there is a route that reads the body of such a request. */
    private boolean readsBody(Request request) {
        String path = request.getHttpURI().getPath();
        return request.getMethod().equals("POST")
                && (posts.containsKey(path)
                        || javalin.unsafe.internalRouter.hasHttpHandlerEntry(HandlerType.POST, path));
    }

    /** The path as the route of a GET, HEAD or POST has it; empty if there is none. */
    private String route(Request request) {
        String path = PostHandler.path(request);
        boolean isPost = request.getMethod().equals("POST");
        if (isPost && posts.containsKey(path)) {
            return path;
        }
        HandlerType method = isPost ? HandlerType.POST : HandlerType.GET; // what takes GET takes HEAD
        ParsedEndpoint found = javalin.unsafe.internalRouter.findFirstHttpHandlerEntry(method, path);
        return found == null ? "" : found.endpoint.path;
    }

    /** Adds a route for GET, and for HEAD with the same status and headers. */
    public static void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, handler);
        routes.head(path, handler);
    }

    private static void answer(HttpResponseException e, Context request) {
        String message = e.getMessage();
        if (e instanceof MethodNotAllowedResponse) {
            String allowed = String.join(", ", e.getDetails().values());
            request.header("Allow", allowed);
            message = request.method() + " is not possible here; send " + allowed;
        } else if (e.getStatus() == 404) {
            message = "there is nothing at this path; see docs/http.md for the paths of this service";
        }
        answer(request, e.getStatus(), message, true);
    }

    private static boolean readsOnly(Context request) {
        return request.method() == HandlerType.GET || request.method() == HandlerType.HEAD;
    }

    private static void answer(Context request, int status, String message, boolean nothingWritten) {
        if (request.res().isCommitted()) {
            LOG.warn("{} {} was cut off: {}", request.method(), request.path(), message);
            cutOff(request);
            return;
        }
        if (status == 503 || status == 507) {
            request.header("Retry-After", "1");
        }
        request.res().resetBuffer(); // a list that failed before any of it was sent
        request.status(status)
                .contentType(ContentType.APPLICATION_JSON)
                .result(Json.writeError(message, nothingWritten || readsOnly(request)));
    }

    /** Closes the connection, so that a half-written answer does not look like a whole one. */
    static void cutOff(Context request) {
        ServletContextRequest.getServletContextRequest(request.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }

    /**
     * Opens the port.
     *
     * @throws IllegalStateException if the port is taken or the address is not this host's
     */
    public void start() {
        try {
            javalin.start();
            probes.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "cannot listen for HTTP on port " + port + " of " + hosts + ": it is taken,"
                            + " or not an address of this host",
                    e);
        }
    }

    /** The port that it listens on, once started. */
    public int port() {
        return javalin.port();
    }

    /** From now on not ready; lets the requests under way finish, for 10 seconds at most, and closes the port. */
    @Override
    public void close() {
        probes.stop();
        // Jetty tells its connectors first. They end a connection with the answer under way, but still hand on the
        // request that follows on it: it must be refused by then.
        graceful.shutdown();
        javalin.stop();
    }
}
