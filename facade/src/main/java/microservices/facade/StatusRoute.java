package microservices.facade;

import com.hazelcast.core.HazelcastException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;
import microservices.http.HttpServer;
import microservices.live.SharedAnswer;
import microservices.message.Refusal;

/**
 * {@code GET /status}: whether everything logged is held once, by counts. All who ask at about the same time share one
 * answer: it is good for a second, and for a hundred times as long as it took to look through the ledger, up to three
 * seconds. So counting costs a hundredth of a core, or little more with a large ledger, whoever asks how often.
 */
final class StatusRoute {

    private static final Duration VALID = Duration.ofSeconds(1);
    private static final int VALID_FACTOR = 100;
    private static final Duration LONGEST_VALID = Duration.ofSeconds(3);
    /** Within which a client has its answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private final CountReading reading;
    private final Judge judge = new Judge();
    /** Shared with whoever has asked before: two countings at once would disturb each other's judgement. */
    private final SharedAnswer<Status> counting = new SharedAnswer<>("status", this::count);

    StatusRoute(CountReading reading) {
        this.reading = reading;
    }

    void addTo(RoutesConfig routes) {
        HttpServer.get(routes, "/status", this::answer);
    }

    private void answer(Context request) {
        request.result(now().json(System.currentTimeMillis()));
    }

    Status now() {
        return within(PATIENCE).orElseGet(StatusRoute::takesTooLong);
    }

    /** The answer; empty if it is not known within this time. */
    Optional<Status> within(Duration patience) {
        return counting.within(patience);
    }

    static Status takesTooLong() {
        return Status.unknown("counting takes too long");
    }

    private SharedAnswer.Dated<Status> count() {
        try {
            Counts counts = reading.read();
            Status status = Status.of(counts, judge.judge(counts, System.nanoTime()));
            long valid = Math.max(VALID.toNanos(), VALID_FACTOR * reading.lookNanos());
            return new SharedAnswer.Dated<>(status, Duration.ofNanos(Math.min(LONGEST_VALID.toNanos(), valid)));
        } catch (Refusal | HazelcastException | IllegalStateException e) {
            return new SharedAnswer.Dated<>(Status.unknown("this replica is in no cluster"), VALID);
        }
    }
}
