package microservices.messages;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import microservices.cluster.ClusterMember;
import microservices.message.Message;
import microservices.message.MessageText;
import microservices.queue.MessageQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages from the queue, on a thread of its own, until it is closed: takes ids, claims them in the ledger,
 * and puts those that it won into the store. Nothing is lost when it ends at any point: what was taken and not
 * claimed, and what was claimed by a replica that is gone, is offered again by the sweep.
 */
final class MessageConsumer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MessageConsumer.class);

    private static final int MOST_AT_ONCE = 500;
    /** Short, since a wait at another member's queue cannot be interrupted and the stop waits for it. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

    private final ClusterMember member;
    private final MessageStore store;
    private final UUID holder;
    private final Thread thread = new Thread(this::run, "message-consumer");

    /** Null until the member has started. */
    private volatile HoldingCheck check;

    private volatile boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param holder by what this replica claims; the member has the same as an attribute
     */
    MessageConsumer(ClusterMember member, MessageStore store, UUID holder) {
        this.member = member;
        this.store = store;
        this.holder = holder;
    }

    /** To be called once the member has started. */
    void start() {
        check = new HoldingCheck(member, store, holder);
        thread.start();
    }

    /** Whether the list has been compared with the ledger since this replica was last apart from others. */
    boolean isCurrent() {
        HoldingCheck made = check;
        return made != null && made.isCurrent();
    }

    private void run() {
        MessageQueue queue = new MessageQueue(member.hazelcast());
        while (!closed) {
            try {
                if (member.writable()) {
                    check.runIfDue().forEach(this::tell);
                    take(queue);
                } else {
                    pause();
                }
            } catch (InterruptedException e) {
                LOG.info("The consumer was interrupted and ends");
                return;
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("Taking messages failed and goes on: {}", e.toString());
                    LOG.debug("Taking messages failed", e);
                }
                pauseQuietly();
            }
        }
    }

    private void take(MessageQueue queue) throws InterruptedException {
        List<String> ids = queue.take(MOST_AT_ONCE, WAIT);
        if (ids.isEmpty()) {
            return;
        }
        List<Message> won = claim(queue, ids);
        // A retry of a post offers its id again, and who has the message wins the claim again: told once all the same.
        store.add(won).forEach(this::tell);
    }

    private void tell(Message message) {
        LOG.info(
                "Received and removed message from MQ: text='{}' identifier='{}'",
                MessageText.onOneLine(message.text()),
                message.id());
    }

    /** Repeats a claim until it is answered: the ledger may have us as the holder of what we have not stored. */
    private List<Message> claim(MessageQueue queue, List<String> ids) throws InterruptedException {
        while (true) {
            try {
                return queue.claim(ids, holder);
            } catch (RuntimeException e) {
                if (closed) {
                    return List.of();
                }
                LOG.warn("Claiming {} messages once more: {}", ids.size(), e.getMessage());
                pause();
            }
        }
    }

    private void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAILURE.toMillis());
    }

    private void pauseQuietly() {
        try {
            pause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Ends the thread; what it has taken is claimed and stored first. */
    @Override
    public void close() {
        closed = true;
        if (thread.isAlive()) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(6));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
