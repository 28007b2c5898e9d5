package microservices.http;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import microservices.message.Refusal;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the POSTs that many clients send, in front of Javalin: whoever completes an answer writes it, without waiting
 * for the client, and wakes no thread for it. Errors, headers and limits are those of all requests.
 */
final class PostHandler extends Handler.Wrapper {

    private static final Logger LOG = LoggerFactory.getLogger(PostHandler.class);

    private final Map<String, PostRoute> routes;
    private final String replica;

    /** @param routes by their paths */
    PostHandler(Map<String, PostRoute> routes, String replica) {
        this.routes = routes;
        this.replica = replica;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        PostRoute route = request.getMethod().equals("POST") ? routes.get(path(request)) : null;
        if (route == null) {
            if (routes.isEmpty()) {
                return super.handle(request, response, callback);
            }
            request.getComponents().getExecutor().execute(() -> pass(getHandler(), request, response, callback));
            return true;
        }
        CompletableFuture<byte[]> answer = answer(route, request);
        if (answer.isCompletedExceptionally()) {
            // Jetty may go on with this client's next request here, so one whose requests are all refused would keep
            // others out.
            request.getComponents().getExecutor().execute(() -> answerWith(answer, request, response, callback));
        } else {
            answerWith(answer, request, response, callback);
        }
        return true;
    }

    private void answerWith(CompletableFuture<byte[]> answer, Request request, Response response, Callback callback) {
        answer.whenComplete((json, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            Invocable.invokeNonBlocking(() -> {
                if (cause == null) {
                    write(response, json, callback);
                } else {
                    refuse(request, response, cause, callback);
                }
            });
        });
    }

    /** Where there are such routes, requests come on the {@link ClientThread}, and those of Javalin leave it here. */
    @Override
    public InvocationType getInvocationType() {
        return routes.isEmpty() ? super.getInvocationType() : InvocationType.NON_BLOCKING;
    }

    /** Has a request answered, whatever the handler does. */
    static void pass(Request.Handler handler, Request request, Response response, Callback callback) {
        try {
            if (!handler.handle(request, response, callback)) {
                Response.writeError(request, response, callback, 404);
            }
        } catch (Throwable e) {
            Response.writeError(request, response, callback, e);
        }
    }

    /** As Javalin takes it: with a slash at its end or without. */
    static String path(Request request) {
        String path = Objects.requireNonNullElse(Request.getPathInContext(request), "");
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static CompletableFuture<byte[]> answer(PostRoute route, Request request) {
        try {
            return route.answer(request);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void write(Response response, byte[] json, Callback callback) {
        response.setStatus(201);
        response.getHeaders().put(HttpServer.REPLICA_HEADER, replica);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(json), callback);
    }

    private void refuse(Request request, Response response, Throwable failure, Callback callback) {
        if (failure instanceof Refusal refusal) {
            if (!refusal.nothingWritten()) {
                request.setAttribute(RequestTimes.UNKNOWN, true);
            }
            JsonErrorHandler.write(
                    response, replica, refusal.status(), refusal.getMessage(), refusal.nothingWritten(), callback);
        } else {
            LOG.error("A POST failed; this is a bug", failure);
            JsonErrorHandler.write(response, replica, 500, HttpServer.FAILED, false, callback);
        }
    }
}
