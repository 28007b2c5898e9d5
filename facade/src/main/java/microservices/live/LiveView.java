package microservices.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import microservices.live.LiveRoutes.Ask;
import microservices.live.Watched.Condition;

/**
 * How all replicas are, and what has happened: asked of them once a second at most, for all who look, and only while
 * somebody does. A replica that has been seen once is asked on when it is no longer in the cluster.
 */
final class LiveView {

    /** Shorter than the second after which a page asks again. */
    private static final Duration VALID = Duration.ofMillis(900);
    /** For the replicas, which are asked at the same time: who takes longer is looked at again the next time. */
    private static final Duration PATIENCE = Duration.ofMillis(600);
    /** For all of it. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Supplier<List<Place>> places;
    private final int expected;
    private final Ask ask;
    private final Supplier<Summary> summary;
    private final Duration valid;
    private final Happenings happenings = new Happenings();
    private final SharedAnswer<Moment> gathering = new SharedAnswer<>("live-view", this::gather);

    /** All that have been seen, by their URLs. */
    private final Map<String, Place> known = new ConcurrentHashMap<>();

    /** These by their URLs. Used by the thread that gathers. */
    private final Map<String, Watched> watched = new LinkedHashMap<>();

    private Optional<Moment> before = Optional.empty();

    /** All of it at one moment. */
    record Moment(long timeMillis, Summary summary, List<Condition> replicas, Map<Long, byte[]> answers) {

        /** Of more different questions the answers are not kept. */
        private static final int MOST_ANSWERS = 16;

        /** The answer to those who ask at this moment for what came after a number: most ask the same. */
        byte[] answer(long after, Supplier<byte[]> writing) {
            return answers.size() < MOST_ANSWERS
                    ? answers.computeIfAbsent(after, number -> writing.get())
                    : Optional.ofNullable(answers.get(after)).orElseGet(writing);
        }
    }

    /**
     * Asks nothing yet.
     *
     * @param places where replicas are now, as far as this facade knows
     * @param expected how many there are when all are there; of more the one is forgotten that has been away for longest
     */
    LiveView(Supplier<List<Place>> places, int expected, Ask ask, Supplier<Summary> summary) {
        this(places, expected, ask, summary, VALID);
    }

    /** @param valid for how long a view is shown before the next one is gathered */
    LiveView(Supplier<List<Place>> places, int expected, Ask ask, Supplier<Summary> summary, Duration valid) {
        this.places = places;
        this.expected = expected;
        this.ask = ask;
        this.summary = summary;
        this.valid = valid;
    }

    /** Empty if it takes too long. */
    Optional<Moment> now() {
        return gathering.within(LONGEST);
    }

    Happenings happenings() {
        return happenings;
    }

    /** To be called when a replica may have come, so that it is known when it has gone. Asks nobody. */
    void remember() {
        for (Place place : places.get()) {
            known.values().removeIf(old -> isBefore(old, place));
            known.put(place.url(), place);
        }
    }

    private SharedAnswer.Dated<Moment> gather() {
        remember();
        watched.keySet().retainAll(known.keySet());
        known.forEach((url, place) -> watched.computeIfAbsent(url, any -> new Watched(place, ask)));
        askAll();
        List<Happening> happened = new ArrayList<>();
        watched.values().forEach(one -> happened.addAll(one.look()));
        forgetGone();
        Moment now = new Moment(
                System.currentTimeMillis(),
                summary.get(),
                watched.values().stream()
                        .map(Watched::condition)
                        .sorted(Comparator.comparing(
                                        (Condition one) -> one.place().kind())
                                .thenComparing(one -> one.place().name()))
                        .toList(),
                new ConcurrentHashMap<>());
        before.ifPresent(earlier -> happened.addAll(changes(earlier.summary(), now.summary())));
        before = Optional.of(now);
        happenings.add(happened);
        return new SharedAnswer.Dated<>(now, valid);
    }

    /** Whether it is the same replica at another address. */
    private static boolean isBefore(Place old, Place now) {
        return old.kind() == now.kind()
                && old.name().equals(now.name())
                && !old.url().equals(now.url());
    }

    private void askAll() {
        CompletableFuture<?>[] asked =
                watched.values().stream().map(Watched::ask).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(asked).get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // found out by looking
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forgetGone() {
        while (watched.size() > expected) {
            Optional<Watched> longest =
                    watched.values().stream().filter(Watched::away).min(Comparator.comparingLong(Watched::awaySince));
            if (longest.isEmpty()) {
                return;
            }
            String url = longest.get().place().url();
            watched.remove(url);
            known.remove(url);
        }
    }

    private static List<Happening> changes(Summary before, Summary now) {
        List<Happening> changes = new ArrayList<>();
        if (now.owner().isPresent() && !now.owner().equals(before.owner())) {
            changes.add(Happening.of("owner", now.owner().get(), ""));
        }
        if (!now.verdict().equals(before.verdict())) {
            changes.add(Happening.of("verdict", "", now.verdict()));
        }
        return changes;
    }
}
