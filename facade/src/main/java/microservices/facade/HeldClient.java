package microservices.facade;

import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import microservices.concurrent.Deadline;
import microservices.message.SizedIds;
import microservices.queue.QueueCluster.MessagesReplica;

/** Asks single messages replicas what they hold. */
final class HeldClient {

    private static final String SERVICE = "messages";

    private final ReplicaClient client;

    HeldClient(ReplicaClient client) {
        this.client = client;
    }

    /**
     * How many messages one lists.
     *
     * @throws microservices.message.Refusal 503 if it does not say
     */
    long size(MessagesReplica replica, Deadline deadline) {
        return client.number(SERVICE, List.of(replica.url()), "/messages/size", deadline);
    }

    /**
     * Some batches that one lists, in the order of acceptance, with how many messages each has: those that follow one; none
     * after the last.
     *
     * @throws microservices.message.Refusal 503 if it does not say
     */
    SortedMap<UUID, Integer> sizesAfter(MessagesReplica replica, UUID id) {
        byte[] answer = client.readCurrent(
                SERVICE, List.of(replica.url()), "/messages/ids/after/" + id, Deadline.in(ReplicaClient.PATIENCE));
        return LogClient.read(answer, in -> SizedIds.read(in));
    }
}
