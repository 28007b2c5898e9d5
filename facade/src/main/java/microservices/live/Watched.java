package microservices.live;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import microservices.live.LiveRoutes.Ask;
import microservices.recent.Recent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One replica that is watched: what it said last, and whether it is away. For one thread. */
final class Watched {

    private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

    /** A replica that has not answered for so long is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final UUID NO_RUN = new UUID(0, 0);
    private static final String SILENT = "does not answer";

    private static final Executor THREADS = ask -> {
        Thread thread = new Thread(ask, "live");
        thread.setDaemon(true);
        thread.start();
    };

    private final Place place;
    private final Ask ask;

    private record Answer(Recent recent, long nanoTime) {}

    private CompletableFuture<Answer> asked;
    private long askedSince;

    /** Null before the first answer. */
    private Answer last;

    private OptionalDouble perSecond = OptionalDouble.empty();
    private boolean away;
    private long awaySince;

    Watched(Place place, Ask ask) {
        this.place = place;
        this.ask = ask;
    }

    Place place() {
        return last == null ? place : new Place(place.kind(), last.recent().replica(), place.url());
    }

    boolean away() {
        return away;
    }

    /** Since when it has been away ({@link System#nanoTime}); the past if it never answered. */
    long awaySince() {
        return awaySince;
    }

    /** Begins to ask it, unless it is being asked; completed when it has answered, or failed to. */
    CompletableFuture<?> ask() {
        if (asked == null) {
            long after = last == null ? 0 : last.recent().last();
            UUID run = last == null ? NO_RUN : last.recent().run();
            askedSince = System.nanoTime();
            asked = CompletableFuture.supplyAsync(
                    () -> new Answer(ask.ask(place, after, run), System.nanoTime()), THREADS);
        }
        return asked;
    }

    /** Takes note of its answer, if there is one by now; returns what has happened. */
    List<Happening> look() {
        if (!asked.isDone()) {
            return System.nanoTime() - askedSince < PATIENCE.toNanos() ? List.of() : goneAway();
        }
        try {
            return answered(asked.join());
        } catch (CompletionException e) {
            LOG.debug("{} does not answer", place, e);
            return goneAway();
        } finally {
            asked = null;
        }
    }

    private List<Happening> goneAway() {
        perSecond = OptionalDouble.empty();
        if (away) {
            return List.of();
        }
        away = true;
        awaySince = System.nanoTime();
        return last == null ? List.of() : List.of(Happening.of("away", place().name(), SILENT));
    }

    private List<Happening> answered(Answer answer) {
        Optional<Answer> before = Optional.ofNullable(last);
        boolean sameRun = before.isPresent()
                && before.get().recent().run().equals(answer.recent().run());
        perSecond = sameRun ? OptionalDouble.of(perSecond(before.get(), answer)) : OptionalDouble.empty();
        last = answer;
        List<Happening> happenings = new ArrayList<>();
        String name = answer.recent().replica();
        if (before.isPresent() && (away || !sameRun)) {
            happenings.add(Happening.of("back", name, sameRun ? "" : "started anew"));
        }
        away = false;
        List<String> missing = answer.recent().missing();
        if (before.isPresent() && !before.get().recent().missing().equals(missing)) {
            happenings.add(Happening.of("changed", name, String.join("; ", missing)));
        }
        answer.recent().events().forEach(event -> happenings.add(Happening.of(name, event)));
        return happenings;
    }

    private static double perSecond(Answer before, Answer now) {
        return (now.recent().messages() - before.recent().messages()) * 1e9 / (now.nanoTime() - before.nanoTime());
    }

    /**
     * How it is.
     *
     * @param missing what it is missing; or why it is away
     * @param messages how many it has accepted, logged or taken since its start
     */
    record Condition(
            Place place, boolean away, List<String> missing, OptionalLong messages, OptionalDouble perSecond) {}

    Condition condition() {
        boolean known = last != null && !away;
        List<String> missing = away ? List.of(SILENT) : known ? last.recent().missing() : List.of("is being asked");
        OptionalLong messages = known ? OptionalLong.of(last.recent().messages()) : OptionalLong.empty();
        return new Condition(place(), away, missing, messages, perSecond);
    }
}
