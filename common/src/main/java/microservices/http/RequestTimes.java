package microservices.http;

import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import microservices.metrics.Metrics;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Counts the requests and how long they take, from their first byte to the last of the answer; and what became of
 * clients' posts. Names and labels of the durations are OpenTelemetry's. Costs some hundred nanoseconds for a request.
 */
final class RequestTimes extends Handler.Wrapper {

    /** The attribute of a request of which something may have been written although it was refused. */
    static final String UNKNOWN = RequestTimes.class.getName();

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");
    private static final String OTHER_METHOD = "_OTHER";
    /** In seconds: OpenTelemetry's advice, and two below, since most posts take less than its first. */
    private static final double[] BOUNDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
    };

    private final Set<String> posts;
    private final Function<Request, String> route;
    private final Histogram times;
    private final Map<String, LongAdder> outcomes = Stream.of(
                    "kept", "invalid", "conflict", "refused", "unknown", "failed")
            .collect(Collectors.toMap(outcome -> outcome, outcome -> new LongAdder()));

    /**
     * @param posts the paths to which clients post messages; none if they do not do so here
     * @param route the path of a request as its route has it, so that there are few; empty if there is none. Asked for
     *     GET, HEAD and POST
     */
    RequestTimes(Metrics metrics, Set<String> posts, Function<Request, String> route) {
        this.posts = posts;
        this.route = route;
        this.times = metrics.histogram(
                "http_server_request_duration_seconds",
                "Duration of HTTP requests.",
                BOUNDS,
                "http_request_method",
                "http_route",
                "http_response_status_code");
        if (!posts.isEmpty()) {
            metrics.counters(
                    "message_service_posts_total", "Posts by what became of their messages.", "outcome", outcomes);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Request.addCompletionListener(request, failure -> count(request, response.getStatus()));
        return super.handle(request, response, callback);
    }

    private void count(Request request, int status) {
        long nanos = System.nanoTime() - request.getBeginNanoTime();
        String method = METHODS.contains(request.getMethod()) ? request.getMethod() : OTHER_METHOD;
        String path = method.equals(OTHER_METHOD) ? "" : route.apply(request);
        times.labelValues(method, path, Integer.toString(status)).observe(nanos / (double) TimeUnit.SECONDS.toNanos(1));
        if (method.equals("POST") && posts.contains(path)) {
            outcomes.get(outcome(status, request.getAttribute(UNKNOWN) != null)).increment();
        }
    }

    private static String outcome(int status, boolean unknown) {
        return switch (status) {
            case 201 -> "kept";
            case 409 -> "conflict";
            case 500 -> "failed";
            case 503, 507 -> unknown ? "unknown" : "refused";
            default -> status >= 400 && status < 500 ? "invalid" : "unknown"; // a client that went away unanswered
        };
    }
}
