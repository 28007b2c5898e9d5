package microservices.facade;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import microservices.concurrent.SharedCall;
import microservices.http.HttpServer;
import microservices.message.Refusal;

/**
 * {@code GET /verify}: whether everything logged is held once, by ids. It reads all of them, so one is under way at a time,
 * and whoever asks meanwhile shares its answer.
 */
final class VerifyRoute {

    /** Much longer than a million batches take. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final SharedCall<byte[]> verifying;

    VerifyRoute(Verification verification) {
        this.verifying = new SharedCall<>("verify", () -> verification.run().json());
    }

    void addTo(RoutesConfig routes) {
        HttpServer.get(routes, "/verify", this::answer);
    }

    private void answer(Context request) {
        request.result(verifying
                .answer(System.nanoTime() - PATIENCE.toNanos(), PATIENCE)
                .orElseThrow(() -> Refusal.notNow("comparing takes too long; send the request again")));
    }
}
