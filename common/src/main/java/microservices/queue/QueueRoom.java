package microservices.queue;

import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import microservices.cluster.ClusterMember;
import microservices.concurrent.SharedCall;
import microservices.ledger.Ledger;
import microservices.message.Refusal;
import microservices.metrics.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the number of messages that wait within the queue's capacity, before anything is written. The ledger is asked how
 * many wait; then a facade may use its part of the room without asking again, for a moment. So a queue that is far from
 * full costs next to nothing.
 */
public final class QueueRoom {

    private static final Logger LOG = LoggerFactory.getLogger(QueueRoom.class);

    /** How long an answer is good for at least. */
    private static final Duration VALID = Duration.ofSeconds(1);
    /** A large ledger is asked more seldom: an answer is good for this many times as long as it took. */
    private static final int VALID_FACTOR = 50;
    /** Members may be frozen or leaving; then the last answer has to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ClusterMember member;
    private final int capacity;
    private final SharedCall<Waiting> waiting;

    /** @param nanos how long it took to find out */
    private record Waiting(long messages, long nanos) {}

    /** Guarded by this: how many messages may still be accepted, until when (nanoTime). */
    private long granted;

    private long until = System.nanoTime();

    /** Guarded by this: the last answer, and how many messages have been accepted here since. */
    private Optional<Waiting> last = Optional.empty();

    private long acceptedSince;

    /**
     * Opens nothing yet.
     *
     * @param capacity how many messages may wait, at least 1
     */
    public QueueRoom(ClusterMember member, Ledger ledger, int capacity) {
        this(member, ledger::countWaiting, capacity);
    }

    /** @param count how many messages wait; may block */
    QueueRoom(ClusterMember member, LongSupplier count, int capacity) {
        this.member = member;
        this.capacity = capacity;
        this.waiting = new SharedCall<>("queue-room", () -> {
            long begun = System.nanoTime();
            return new Waiting(count.getAsLong(), System.nanoTime() - begun);
        });
    }

    void addTo(Metrics metrics) {
        metrics.gauge("message_service_queue_capacity_messages", "Messages that may wait, in the whole cluster.", () ->
                (double) capacity);
    }

    /**
     * Takes room for messages.
     *
     * @throws Refusal 503 if the queue is full, or the ledger has never said how many wait
     */
    public void check(int messages) {
        if (!take(messages) && !grant(messages, ask())) {
            throw Refusal.notNow(
                    "the queue is full; nothing was written, wait until the messages replicas have taken from it");
        }
    }

    private Optional<Waiting> ask() {
        try {
            return waiting.answer(System.nanoTime(), PATIENCE);
        } catch (Refusal e) {
            LOG.debug("The ledger does not say how many messages wait", e);
            return Optional.empty();
        }
    }

    private synchronized boolean take(int messages) {
        if (granted < messages || System.nanoTime() - until > 0) {
            return false;
        }
        granted -= messages;
        acceptedSince += messages;
        return true;
    }

    /**
     * Others may have been granted theirs from the same answer: so nobody is granted more than a part. Without an answer
     * the last one counts, and each other facade is taken to have accepted as much since as this one.
     */
    private synchronized boolean grant(int messages, Optional<Waiting> answer) {
        if (answer.isPresent()) {
            last = answer;
            acceptedSince = 0;
        }
        Waiting known = last.orElseThrow(() ->
                Refusal.notNow("the ledger does not say whether there is room; nothing was written, send it again"));
        long room = capacity - known.messages() - facades() * acceptedSince;
        boolean fits = room >= messages;
        granted = fits ? Math.max(messages, room / (2L * facades())) - messages : 0;
        acceptedSince += fits ? messages : 0;
        until = System.nanoTime() + Math.max(VALID.toNanos(), VALID_FACTOR * known.nanos());
        return fits;
    }

    private int facades() {
        HazelcastInstance hazelcast = member.hazelcast();
        int members = hazelcast.getCluster().getMembers().size();
        return Math.max(1, members - QueueCluster.liveHolders(hazelcast).size());
    }

    /**
     * How many messages this member may offer now that were accepted before, since their replica is gone or the ledger had
     * lost them: all members together leave half of the queue to new messages.
     *
     * @return at least 1 if nothing waits
     */
    public long toOfferAgain(long waitingNow) {
        int members = member.hazelcast().getCluster().getMembers().size();
        long room = (capacity / 2 - waitingNow) / members;
        return waitingNow == 0 ? Math.max(1, room) : room;
    }
}
