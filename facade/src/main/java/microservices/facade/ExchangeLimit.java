package microservices.facade;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import microservices.concurrent.Worker;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/**
 * Breaks off exchanges that take too long as a whole. A socket's timeout bounds each read and no write: what does not fit
 * into the buffers between us and a replica that has stopped reading would wait for ever. Looks at all of them now and
 * then, so that an exchange wakes no further thread.
 */
final class ExchangeLimit implements AutoCloseable {

    private static final Duration CHECK = Duration.ofMillis(250);
    private static final Duration STOP = Duration.ofSeconds(1);

    private final Duration limit;
    /** When each was begun (nanoTime). Who removes one has ended it. */
    private final Map<HttpUriRequestBase, Long> underWay = new ConcurrentHashMap<>();

    private final Worker worker = new Worker("exchange-limit", this::check, CHECK, STOP);

    ExchangeLimit(Duration limit) {
        this.limit = limit;
        worker.start();
    }

    void begin(HttpUriRequestBase request) {
        underWay.put(request, System.nanoTime());
    }

    /** @throws IOException if it has been broken off */
    void end(HttpUriRequestBase request) throws IOException {
        if (underWay.remove(request) == null) {
            throw new InterruptedIOException("the exchange took longer than " + limit.toMillis() + " ms");
        }
    }

    private Duration check() {
        long now = System.nanoTime();
        underWay.forEach((request, begun) -> {
            if (now - begun > limit.toNanos() && underWay.remove(request, begun)) {
                request.cancel();
            }
        });
        return CHECK;
    }

    @Override
    public void close() {
        worker.close();
    }
}
