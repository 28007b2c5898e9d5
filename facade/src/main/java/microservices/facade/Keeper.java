package microservices.facade;

import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.MessageJson;
import microservices.message.Attempt;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;

/**
 * Keeps a batch of messages: in the log first, then in the ledger, so that nothing is delivered that was not logged.
 * When {@link #keep} returns the promise of a 201 holds for each of them that has an id. What an earlier attempt has left
 * half done is finished: every place takes the same message again, and has it once.
 */
final class Keeper implements Batches.Step {

    /** For all of it: below the 9 s for which a request waits. */
    private static final Duration PATIENCE = Duration.ofMillis(8500);

    private final ReplicaClient client;
    private final List<String> loggingUrls;
    private final ClusterMember member;
    private final MemoryGuard memory;
    private final Offers offers;

    /** Made when the member is established; made twice at worst, which does no harm. */
    private volatile MessageQueue queue;

    Keeper(ReplicaClient client, List<String> loggingUrls, ClusterMember member, MemoryGuard memory, Offers offers) {
        this.client = client;
        this.loggingUrls = loggingUrls;
        this.member = member;
        this.memory = memory;
        this.offers = offers;
    }

    @Override
    public List<Optional<String>> keep(List<Attempt> attempts) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        MessageQueue queue = queue();
        checkMemory();
        queue.checkRoom(attempts.size() + offers.pending());
        byte[] answer = client.post("logging", loggingUrls, "/log", MessageJson.writeAttempts(attempts));
        List<Optional<String>> ids = logged(attempts, answer);
        List<Message> messages = once(attempts, ids);
        if (!messages.isEmpty()) {
            member.writeAllCopies(
                    patience -> queue.register(messages, patience), Duration.ofNanos(deadline - System.nanoTime()));
            offers.add(messages.stream().map(Message::id).toList());
        }
        return ids;
    }

    /** The ids in the log. The log tells them only where a key may have changed them. */
    private static List<Optional<String>> logged(List<Attempt> attempts, byte[] answer) {
        if (attempts.stream().anyMatch(attempt -> attempt.key().isPresent())) {
            return MessageJson.readIds(answer, attempts.size());
        }
        return attempts.stream()
                .map(attempt -> Optional.of(attempt.message().id()))
                .toList();
    }

    /** The messages that stand in the log, each once, under the ids that they have there. */
    static List<Message> once(List<Attempt> attempts, List<Optional<String>> ids) {
        Map<String, Message> messages = new LinkedHashMap<>();
        for (int i = 0; i < attempts.size(); i++) {
            String text = attempts.get(i).message().text();
            ids.get(i).ifPresent(id -> messages.putIfAbsent(id, new Message(id, text)));
        }
        return List.copyOf(messages.values());
    }

    private void checkMemory() {
        try {
            memory.checkRoom();
        } catch (Refusal e) {
            throw Refusal.unavailable(e.getMessage(), e); // a client knows 503
        }
    }

    private MessageQueue queue() {
        HazelcastInstance hazelcast = member.establishedHazelcast();
        if (queue == null) {
            queue = new MessageQueue(hazelcast);
        }
        return queue;
    }
}
