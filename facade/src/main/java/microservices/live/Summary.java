package microservices.live;

import java.util.Optional;

/**
 * What is known of all replicas together.
 *
 * @param status what {@code GET /status} answers, as JSON
 * @param verdict the one in it
 * @param depth how many batches are in the queue; empty if it does not say
 * @param owner the replica whose member owns the queue
 */
public record Summary(String status, String verdict, Optional<Integer> depth, Optional<String> owner) {}
