package microservices.facade;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import microservices.cluster.ClusterMember;
import microservices.http.MessageJson;
import microservices.message.Message;
import microservices.message.MessageIds;
import microservices.queue.MessageQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a split, writes into the ledger what the log has and the ledger does not: Hazelcast merges from the memory of the
 * members of the smaller part, and gives up at the first operation that fails. Runs on a thread of its own whenever
 * members are together again that were apart, and repeats what fails. Writes nothing that is there already.
 */
final class LedgerRepair implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerRepair.class);

    /** Members come one after another, and are soon busy making copies. */
    private static final Duration CALM = Duration.ofSeconds(2);
    /** Before a member was seen to leave it had not answered for a while; and the clocks of facades may differ. */
    private static final Duration BEFORE = Duration.ofMinutes(3);

    private static final Duration COPIES = Duration.ofSeconds(6);

    private final ClusterMember member;
    private final ReplicaClient client;
    private final List<String> loggingUrls;
    private final Thread thread = new Thread(this::run, "ledger-repair");
    private final Semaphore changes = new Semaphore(0);

    private volatile boolean closed;

    LedgerRepair(ClusterMember member, ReplicaClient client, List<String> loggingUrls) {
        this.member = member;
        this.client = client;
        this.loggingUrls = loggingUrls;
    }

    /** To be called once the member has started. */
    void start() {
        member.onChange(changes::release);
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                changes.acquire();
                while (changes.tryAcquire(CALM.toMillis(), TimeUnit.MILLISECONDS)) {
                    changes.drainPermits();
                }
                repairIfApart();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void repairIfApart() {
        try {
            Optional<ClusterMember.Apart> apart = closed ? Optional.empty() : member.apart();
            if (apart.isPresent()) {
                int written = repair(apart.get().since().minus(BEFORE));
                LOG.info(
                        "The cluster was split and is one again; {} messages of the log were not in its ledger",
                        written);
                member.madeGood(apart.get());
            }
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("Comparing log and ledger failed and is repeated: {}", e.toString());
                LOG.debug("Comparing log and ledger failed", e);
                changes.release();
            }
        }
    }

    /**
     * Compares all that was logged since then.
     *
     * @return how many messages the ledger did not have
     * @throws microservices.message.Refusal 503 if log or ledger cannot be read or written
     */
    int repair(Instant since) {
        MessageQueue queue = new MessageQueue(member.establishedHazelcast());
        int written = 0;
        List<Message> page = page(MessageIds.from(since));
        while (!page.isEmpty() && !closed) {
            List<Message> unknown = queue.unknown(page);
            if (!unknown.isEmpty()) {
                member.writeAllCopies(patience -> queue.register(unknown, patience), COPIES);
                written += unknown.size();
            }
            page = page(page.get(page.size() - 1).id());
        }
        return written;
    }

    private List<Message> page(String after) {
        return MessageJson.readPage(client.read("logging", loggingUrls, "/logs/after/" + after));
    }

    /** Ends the thread; a comparison under way ends after its page. */
    @Override
    public void close() {
        closed = true;
        changes.release();
        if (thread.isAlive()) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
