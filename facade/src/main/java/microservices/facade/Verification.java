package microservices.facade;

import com.hazelcast.core.HazelcastException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import microservices.concurrent.Deadline;
import microservices.concurrent.Pause;
import microservices.ledger.Holding;
import microservices.message.BatchIds;
import microservices.message.Refusal;
import microservices.queue.QueueCluster.MessagesReplica;

/**
 * Compares by ids what is logged with what the messages replicas list, section by section, so that it holds a page of each
 * list at a time. What looks wrong is read again for some seconds before it counts: it may have been on its way. What was
 * logged after it began may be left out.
 */
final class Verification {

    /** How long something has to look wrong: longer than a claim takes whose first answer was lost. */
    private static final Duration DOUBT = Duration.ofSeconds(6);
    /** The same once something is known to be wrong. */
    private static final Duration SHORT_DOUBT = Duration.ofSeconds(1);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private final Supplier<List<MessagesReplica>> live;
    private final LogClient log;
    private final HeldClient held;
    private final Function<Set<UUID>, Map<UUID, Holding>> ledger;
    private final Duration doubt;

    /**
     * Asks nothing yet.
     *
     * @param live the messages replicas that are in the cluster now
     * @param ledger who holds batches
     */
    Verification(
            Supplier<List<MessagesReplica>> live,
            LogClient log,
            HeldClient held,
            Function<Set<UUID>, Map<UUID, Holding>> ledger) {
        this(live, log, held, ledger, DOUBT);
    }

    Verification(
            Supplier<List<MessagesReplica>> live,
            LogClient log,
            HeldClient held,
            Function<Set<UUID>, Map<UUID, Holding>> ledger,
            Duration doubt) {
        this.live = live;
        this.log = log;
        this.held = held;
        this.ledger = ledger;
        this.doubt = doubt;
    }

    /** Takes as long as it takes to read all ids; some seconds more if something looks wrong. */
    Comparison run() {
        Comparison comparison = new Comparison();
        try {
            run(comparison);
        } catch (Refusal | HazelcastException | IllegalStateException e) {
            comparison.unknown(String.valueOf(e.getMessage()));
        }
        return comparison;
    }

    private void run(Comparison comparison) {
        long begun = System.nanoTime();
        UUID after = BatchIds.FIRST;
        Pages pages = new Pages();
        while (!after.equals(BatchIds.LAST)) {
            Section section = compare(after, Optional.empty(), pages, Duration.ofNanos(System.nanoTime() - begun));
            comparison.add(confirm(after, section, pages, comparison.broken() ? doubtLater() : doubt));
            after = section.upTo();
        }
    }

    private Duration doubtLater() {
        return doubt.compareTo(SHORT_DOUBT) < 0 ? doubt : SHORT_DOUBT;
    }

    /** Reads a section again until no fault was there in every reading, or one has stayed for so long. */
    private Section confirm(UUID after, Section first, Pages pages, Duration doubt) {
        Section section = first;
        Deadline deadline = Deadline.in(doubt);
        Duration pause = FIRST_PAUSE;
        while (!section.faulty().isEmpty()) {
            boolean enough = deadline.passed();
            Section again = compare(after, Optional.of(first.upTo()), pages, Duration.ZERO);
            again.keepFaultsOf(section);
            section = again;
            if (enough || !Pause.of(pause)) {
                break;
            }
            pause = pause.multipliedBy(2);
        }
        return section;
    }

    /** @param upTo where the section ends; if empty, it is a page of the log and of each list, up to where all are known */
    private Section compare(UUID after, Optional<UUID> upTo, Pages pages, Duration maxAge) {
        List<MessagesReplica> replicas = replicas();
        UUID needed = upTo.orElse(after);
        SortedMap<UUID, Integer> logged = pages.ofLog.read(id -> logged(id, maxAge), after, needed);
        Map<MessagesReplica, SortedMap<UUID, Integer>> lists = new LinkedHashMap<>();
        replicas.forEach(replica -> lists.put(replica, pages.ofLists.read(id -> list(replica, id), after, needed)));
        Section section = new Section(upTo.orElseGet(() -> pages.end(logged, lists.values())));
        section.logged(logged.keySet());
        lists.forEach(section::listed);
        Set<UUID> live = replicas.stream().map(MessagesReplica::holder).collect(Collectors.toSet());
        Set<UUID> unlisted = section.unlisted();
        section.judge(unlisted.isEmpty() ? Map.of() : ledger.apply(unlisted), live);
        return section;
    }

    /** A page of the log; sizes are not known. */
    private SortedMap<UUID, Integer> logged(UUID after, Duration maxAge) {
        SortedMap<UUID, Integer> page = new TreeMap<>(BatchIds.ORDER);
        log.idsAfter(after, maxAge).forEach(id -> page.put(id, 0));
        return page;
    }

    /** Two members with one name are a replica and what is left of its run before: it would be asked twice. */
    private List<MessagesReplica> replicas() {
        List<MessagesReplica> replicas = live.get();
        Set<String> names = new HashSet<>();
        replicas.forEach(replica -> {
            if (!names.add(replica.name())) {
                throw Refusal.unknown(replica.name() + " has been started anew, and is still seen twice");
            }
        });
        return replicas;
    }

    private SortedMap<UUID, Integer> list(MessagesReplica replica, UUID after) {
        try {
            return held.sizesAfter(replica, after);
        } catch (Refusal e) {
            throw Refusal.unknown(replica.name() + " does not say what it holds");
        }
    }

    /** The pages that have been read. */
    private static final class Pages {
        private final PageSize ofLog = new PageSize();
        private final PageSize ofLists = new PageSize();

        /** What follows the last id of a full page is for the next section. */
        UUID end(SortedMap<UUID, Integer> logged, Collection<SortedMap<UUID, Integer>> lists) {
            Stream<UUID> ofFull = Stream.concat(
                    Stream.of(logged).filter(ofLog::isFull).map(SortedMap::lastKey),
                    lists.stream().filter(ofLists::isFull).map(SortedMap::lastKey));
            return ofFull.min(BatchIds.ORDER).orElse(BatchIds.LAST);
        }
    }

    /** How long pages of one kind are, as far as has been seen: one that is shorter has all that there was. */
    private static final class PageSize {
        private int longest = 1;

        boolean isFull(SortedMap<UUID, Integer> page) {
            return page.size() >= longest;
        }

        /** Reads one page; and more of them, while they are full and end before an id. */
        SortedMap<UUID, Integer> read(Function<UUID, SortedMap<UUID, Integer>> list, UUID after, UUID upTo) {
            SortedMap<UUID, Integer> all = list.apply(after);
            longest = Math.max(longest, all.size());
            SortedMap<UUID, Integer> page = all;
            while (isFull(page) && BatchIds.ORDER.compare(page.lastKey(), upTo) < 0) {
                page = list.apply(page.lastKey());
                all.putAll(page);
            }
            return all;
        }
    }
}
