package microservices.facade;

import com.hazelcast.core.HazelcastException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import microservices.concurrent.SharedCall;
import microservices.http.HttpServer;
import microservices.message.Refusal;

/**
 * {@code GET /status}: whether everything logged is held once, by counts. All who ask at about the same time share one
 * answer: it is good for a second, and for a hundred times as long as it took to look through the ledger, up to ten seconds.
 * So counting costs a hundredth of a core at most, whoever asks how often.
 */
final class StatusRoute {

    private static final Duration VALID = Duration.ofSeconds(1);
    private static final int VALID_FACTOR = 100;
    private static final Duration LONGEST_VALID = Duration.ofSeconds(10);
    /** Within which a client has its answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private final CountReading reading;
    private final Judge judge = new Judge();
    private final SharedCall<Status> counting = new SharedCall<>("status", this::count);

    /** Guarded by this: the last answer, and until when it is good (nanoTime). */
    private Status last;

    private long until;

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
        Status known = known();
        if (known != null) {
            return known;
        }
        // Shared with whoever has asked before: two countings at once would disturb each other's judgement.
        return counting.answer(System.nanoTime() - Duration.ofMinutes(1).toNanos(), PATIENCE)
                .orElseGet(() -> Status.unknown("counting takes too long"));
    }

    private synchronized Status known() {
        return last != null && System.nanoTime() - until < 0 ? last : null;
    }

    private Status count() {
        Status status;
        long now = System.nanoTime();
        long lookNanos = 0;
        try {
            Counts counts = reading.read();
            status = Status.of(counts, judge.judge(counts, System.nanoTime()));
            lookNanos = reading.lookNanos();
        } catch (Refusal | HazelcastException | IllegalStateException e) {
            status = Status.unknown("this replica is in no cluster");
        }
        synchronized (this) {
            last = status;
            until = now + Math.min(LONGEST_VALID.toNanos(), Math.max(VALID.toNanos(), VALID_FACTOR * lookNanos));
            return last;
        }
    }
}
