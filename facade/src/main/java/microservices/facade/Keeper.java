package microservices.facade;

import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
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

    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final ReplicaClient client;
    private final List<String> loggingUrls;
    private final ClusterMember member;

    /** Made when the member is established; made twice at worst, which does no harm. */
    private volatile MessageQueue queue;

    Keeper(ReplicaClient client, List<String> loggingUrls, ClusterMember member) {
        this.client = client;
        this.loggingUrls = loggingUrls;
        this.member = member;
    }

    @Override
    public void keep(List<Message> messages) {
        MessageQueue queue = queue();
        queue.checkRoom(messages.size());
        client.post("logging", loggingUrls, "/log", MessageJson.write(messages));
        member.writeAllCopies(() -> queue.offer(messages), PATIENCE);
    }

    private MessageQueue queue() {
        HazelcastInstance hazelcast = member.establishedHazelcast();
        if (queue == null) {
            queue = new MessageQueue(hazelcast);
        }
        return queue;
    }
}
