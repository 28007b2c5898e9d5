package microservices.messages;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import microservices.cluster.Chunks;
import microservices.cluster.ClusterMember;
import microservices.ledger.Ledger;
import microservices.message.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what this replica has in its list with what the ledger says that it holds, and makes them equal: it lets go
 * of what another replica holds by now, as happens when it was cut off for a while, and takes what is its own. Runs on
 * the consumer's thread, so that no claim is under way meanwhile: whenever a member has come, gone or merged, and now
 * and then, when it costs one count unless the counts differ.
 */
final class HoldingCheck {

    private static final Logger LOG = LoggerFactory.getLogger(HoldingCheck.class);

    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final int CHUNK = 500;

    private final MessageStore store;
    private final UUID holder;
    private final Ledger ledger;

    private final ClusterMember member;
    /** After how many merges the whole list was last compared. */
    private volatile int compared;

    private final AtomicBoolean changed = new AtomicBoolean(true);
    private long last = System.nanoTime();

    /** To be made once the member has started. */
    HoldingCheck(ClusterMember member, MessageStore store, UUID holder) {
        this.member = member;
        this.store = store;
        this.holder = holder;
        this.ledger = new Ledger(member.hazelcast());
        member.onChange(() -> changed.set(true));
    }

    /**
     * Returns the messages that this replica has come to hold by it, usually none.
     *
     * @throws microservices.message.Refusal 503 if the ledger cannot be asked; the check stays due
     */
    List<Message> runIfDue() {
        int merges = member.merges();
        boolean whole = changed.getAndSet(false);
        if (!whole && System.nanoTime() - last < PERIOD.toNanos()) {
            return List.of();
        }
        try {
            List<Message> taken = whole || ledger.countHeldBy(holder) != store.size() ? compare() : List.of();
            last = System.nanoTime();
            compared = whole ? merges : compared;
            return taken;
        } catch (RuntimeException e) {
            changed.set(true);
            throw e;
        }
    }

    /** Whether the list has been compared since this replica was last apart from others. */
    boolean isCurrent() {
        return compared == member.merges();
    }

    private List<Message> compare() {
        Set<String> own = new HashSet<>(ledger.heldBy(holder));
        List<Message> listed = store.messages();
        List<Message> doubtful =
                listed.stream().filter(message -> !own.contains(message.id())).toList();
        Set<String> others = new HashSet<>();
        for (List<Message> chunk : Chunks.of(doubtful, CHUNK)) {
            others.addAll(ledger.confirm(chunk, holder));
        }
        if (!others.isEmpty()) {
            store.remove(others);
            LOG.info("Let go of {} messages that another replica holds by now", others.size());
        }
        listed.forEach(message -> own.remove(message.id()));
        List<Message> taken = new ArrayList<>();
        for (List<String> chunk : Chunks.of(List.copyOf(own), CHUNK)) {
            taken.addAll(store.add(ledger.claim(chunk, holder)));
        }
        return taken;
    }
}
