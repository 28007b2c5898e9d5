package microservices.facade;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import microservices.concurrent.Deadline;
import microservices.concurrent.SharedCall;
import microservices.ledger.LedgerCounts;
import microservices.message.Refusal;
import microservices.queue.QueueCluster.MessagesReplica;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what is held, what is in the ledger and what is logged: asks each messages replica and one logging replica for a
 * number, and looks through the ledger unless nothing has changed since all of them agreed. Known within 9 s. For one thread.
 */
final class CountReading {

    private static final Logger LOG = LoggerFactory.getLogger(CountReading.class);

    /** For the messages replicas, which are asked at the same time, and as much for the ledger. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** After this no further logging replica is asked: time for one that is frozen, and the next. */
    private static final Duration LOG_PATIENCE = Duration.ofSeconds(3);
    /** A look through the ledger that is under way is shared, whenever it has begun. */
    private static final Duration LONG_AGO = Duration.ofMinutes(1);

    private static final Executor THREADS = ask -> {
        Thread thread = new Thread(ask, "count");
        thread.setDaemon(true);
        thread.start();
    };

    private final Supplier<List<MessagesReplica>> live;
    private final HeldClient held;
    private final LogClient log;
    private final SharedCall<Look> looks;

    /** @param nanos how long it took */
    private record Look(LedgerCounts counts, long nanos) {}

    private Optional<Counts> last = Optional.empty();
    private long lookNanos;

    /**
     * Asks nothing yet.
     *
     * @param live the messages replicas that are in the cluster now
     * @param ledger what the ledger has, given the holders that are live; may block
     */
    CountReading(
            Supplier<List<MessagesReplica>> live,
            HeldClient held,
            LogClient log,
            Function<Set<UUID>, LedgerCounts> ledger) {
        this.live = live;
        this.held = held;
        this.log = log;
        this.looks = new SharedCall<>("ledger-counts", () -> {
            Set<UUID> holders = live.get().stream().map(MessagesReplica::holder).collect(Collectors.toSet());
            long begun = System.nanoTime();
            return new Look(ledger.apply(holders), System.nanoTime() - begun);
        });
    }

    /**
     * Counts.
     *
     * @throws Refusal 503 if this replica is in no cluster
     */
    Counts read() {
        lookNanos = 0;
        List<MessagesReplica> replicas = live.get();
        Map<MessagesReplica, OptionalLong> listed = listed(replicas);
        Optional<Counts> same =
                last.filter(Counts::closed).filter(counts -> counts.listed().equals(listed));
        if (same.isPresent() && logged().equals(same.get().logged())) {
            return same.get();
        }
        Optional<LedgerCounts> ledger = look();
        last = Optional.of(new Counts(listed, ledger, logged(), replicas.equals(live.get())));
        return last.get();
    }

    /** How long it took to look through the ledger for the last reading, in nanoseconds; 0 if it did not, or in vain. */
    long lookNanos() {
        return lookNanos;
    }

    /** Two members with one name are a replica and what is left of its run before: it does not say for which it speaks. */
    private Map<MessagesReplica, OptionalLong> listed(List<MessagesReplica> replicas) {
        Deadline deadline = Deadline.in(PATIENCE);
        Map<MessagesReplica, CompletableFuture<Long>> asked = new HashMap<>();
        replicas.forEach(replica ->
                asked.put(replica, CompletableFuture.supplyAsync(() -> held.size(replica, deadline), THREADS)));
        Map<MessagesReplica, OptionalLong> listed = new HashMap<>();
        asked.forEach((replica, answer) -> {
            answer.completeOnTimeout(null, deadline.left().toMillis(), TimeUnit.MILLISECONDS);
            OptionalLong known = known(answer::join);
            boolean alone = replicas.stream()
                            .filter(other -> other.name().equals(replica.name()))
                            .count()
                    == 1;
            listed.put(replica, alone ? known : OptionalLong.empty());
        });
        return listed;
    }

    private OptionalLong logged() {
        return known(() -> log.size(Deadline.in(LOG_PATIENCE)));
    }

    /** @param call returns null if it took too long */
    private static OptionalLong known(Supplier<Long> call) {
        try {
            Long number = call.get();
            return number == null ? OptionalLong.empty() : OptionalLong.of(number);
        } catch (Refusal | CompletionException e) {
            LOG.debug("A replica does not say how many messages it has", e);
            return OptionalLong.empty();
        }
    }

    private Optional<LedgerCounts> look() {
        try {
            Optional<Look> look = looks.answer(System.nanoTime() - LONG_AGO.toNanos(), PATIENCE);
            lookNanos = look.map(Look::nanos).orElse(0L);
            return look.map(Look::counts);
        } catch (RuntimeException e) {
            LOG.debug("The ledger does not say how many messages it has", e);
            return Optional.empty();
        }
    }
}
