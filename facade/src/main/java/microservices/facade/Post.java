package microservices.facade;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import microservices.concurrent.Deadline;
import microservices.message.JsonText;

/**
 * One client's message, until it has been answered. Whoever answers first, answers.
 *
 * @param encoded its text as it will be kept, see {@link JsonText}
 * @param key the client's idempotency key, if it has sent one
 * @param deadline by when it is answered, come what may
 * @param answer the id under which it is kept; whoever completes it runs what the client waits for
 * @param executor where it is completed with others; equal ones are the same
 */
record Post(
        byte[] encoded, Optional<String> key, Deadline deadline, CompletableFuture<UUID> answer, Executor executor) {

    boolean answered() {
        return answer.isDone();
    }
}
