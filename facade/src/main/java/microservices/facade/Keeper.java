package microservices.facade;

import java.util.List;
import microservices.common.ClusterMember;
import microservices.common.Message;
import microservices.common.MessageJson;
import microservices.common.MessageQueue;

/**
 * Keeps a batch of messages: in the log first, then in the queue, so that nothing is delivered that was not logged.
 * When {@link #keep} returns the promise of a 201 holds for each of them.
 */
final class Keeper implements Batches.Step {

    private final ReplicaClient client;
    private final List<String> loggingUrls;
    private final ClusterMember member;

    Keeper(ReplicaClient client, List<String> loggingUrls, ClusterMember member) {
        this.client = client;
        this.loggingUrls = loggingUrls;
        this.member = member;
    }

    @Override
    public void keep(List<Message> messages) {
        MessageQueue queue = new MessageQueue(member.establishedHazelcast());
        client.post(loggingUrls, "/log", MessageJson.write(messages));
        queue.offer(messages);
    }
}
