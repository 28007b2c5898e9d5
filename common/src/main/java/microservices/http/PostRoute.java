package microservices.http;

import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Request;

/** Answers a POST without holding a thread, see {@link PostHandler}. */
public interface PostRoute {

    /**
     * Begins to answer.
     *
     * @param request with its body, see {@link RequestBody}
     * @return completed by any thread, with the JSON of a 201, or with a {@link microservices.message.Refusal}
     * @throws microservices.message.Refusal if it is refused at once
     */
    CompletableFuture<byte[]> answer(Request request);
}
