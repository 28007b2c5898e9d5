package microservices.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import microservices.message.Refusal;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The routes that list messages. A client holds such a request for as long as it takes to read it, so these have a bound
 * of their own, smaller than that of all requests, and whoever takes too slowly is cut off. Jetty has no lower bound of
 * the rate at which an answer is taken: its {@code minResponseDataRate} is read by nobody.
 */
public final class ListRoutes {

    /** Writes a list to the client. */
    public interface Reading {
        void to(Context request, OutputStream out) throws Exception;
    }

    /** A client is cut off that keeps us waiting for so long without taking so many bytes: less than 16 KiB a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long LEAST_BYTES = 160 * 1024;
    private static final Duration CHECK = Duration.ofSeconds(1);

    private final int most;
    private final Duration patience;
    private final Semaphore free;

    /** @param most how many may be under way */
    public ListRoutes(int most) {
        this(most, PATIENCE);
    }

    ListRoutes(int most, Duration patience) {
        this.most = most;
        this.patience = patience;
        this.free = new Semaphore(most);
    }

    /** Adds a route for GET and HEAD. */
    public void addTo(RoutesConfig routes, String path, Reading reading) {
        Handler handler = request -> read(request, reading);
        HttpServer.get(routes, path, handler);
    }

    private void read(Context request, Reading reading) throws Exception {
        if (!free.tryAcquire()) {
            throw Refusal.notNow(most + " readings are under way; send the request again a little later");
        }
        try {
            TimedOutput out = new TimedOutput(request.res().getOutputStream());
            Watch watch = new Watch(request, out);
            watch.schedule();
            try {
                reading.to(request, out);
            } catch (IOException e) {
                throw Refusal.unknown("the reading broke off; send the request again", e);
            } finally {
                watch.end();
            }
        } finally {
            free.release();
        }
    }

    /** Looks at one reading now and then, on the server's timer. */
    private final class Watch implements Runnable {
        private final Context request;
        private final TimedOutput out;
        private final Scheduler timer;

        /** Guarded by this. */
        private Scheduler.Task next;

        private boolean ended;

        Watch(Context request, TimedOutput out) {
            this.request = request;
            this.out = out;
            this.timer = ServletContextRequest.getServletContextRequest(request.req())
                    .getConnectionMetaData()
                    .getConnector()
                    .getScheduler();
        }

        synchronized void schedule() {
            if (!ended) {
                next = timer.schedule(this, CHECK.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public synchronized void run() {
            if (!ended && out.stuck(patience, LEAST_BYTES)) {
                ended = true;
                HttpServer.cutOff(request);
            }
            schedule();
        }

        synchronized void end() {
            ended = true;
            next.cancel();
        }
    }
}
