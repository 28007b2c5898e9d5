package microservices.http;

import java.nio.ByteBuffer;
import microservices.message.MessageText;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes as JSON the errors that Jetty finds before a handler is asked, which it would write as HTML. */
final class JsonErrorHandler extends ErrorHandler {

    private static final Logger LOG = LoggerFactory.getLogger(JsonErrorHandler.class);

    private final String replica;

    JsonErrorHandler(String replica) {
        this.replica = replica;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    /** A bug is told of by an error; what a client did wrong is one line, for whoever wants to see it. */
    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback) {
        if (code == 500) {
            LOG.error("A request failed; this is a bug", cause);
        } else if (LOG.isDebugEnabled()) {
            LOG.debug("A request was answered {}: {}", code, MessageText.onOneLine(String.valueOf(message)));
        }
        write(response, replica, code, sentence(code, message), code != 500, callback);
    }

    /** Answers a request outside of Javalin, without waiting for the client. */
    static void write(
            Response response, String replica, int code, String sentence, boolean nothingWritten, Callback callback) {
        response.setStatus(code);
        response.getHeaders().put(HttpServer.REPLICA_HEADER, replica);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        if (code == 503 || code == 507) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        response.write(true, ByteBuffer.wrap(Json.writeError(sentence, nothingWritten)), callback);
    }

    private static String sentence(int code, String message) {
        return switch (code) {
            case 414 -> "the query is too long; send the text as JSON in a body";
            case 431 -> "the headers are too long; send fewer or shorter ones";
            case 503 -> "this replica is stopping or has no thread free; send the request again, or to another one";
            case 500 -> HttpServer.FAILED;
            default -> "the request is not valid HTTP (" + message + "); send it as HTTP/1.1";
        };
    }
}
