package microservices.facade;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import microservices.common.HttpError;
import microservices.common.HttpServer;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks replicas over HTTP: a random one first, and while time is left the others, until one succeeds. So what is
 * asked must be harmless when done twice. Blocks the calling thread; every wait on the network has an end.
 */
final class ReplicaClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicaClient.class);

    private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(1);
    /** For each read, so also for a replica that stops in the middle of an answer. */
    private static final Timeout READ_TIMEOUT = Timeout.ofMilliseconds(2500);
    /**
     * After this no further replica is asked, so that with the last one's timeouts a client has its answer within 10 s.
     * A post goes round the replicas until then: a log that has just lost a member takes writes a moment later.
     */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final int MOST_CONNECTIONS = 256;
    /** The answer to a post: an id for each message of a batch, with room to spare. */
    private static final int MOST_IDS_BYTES = 64 * 1024;

    private final CloseableHttpClient http = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(MOST_CONNECTIONS)
                    .setMaxConnTotal(2 * MOST_CONNECTIONS)
                    .setDefaultConnectionConfig(ConnectionConfig.custom()
                            .setConnectTimeout(CONNECT_TIMEOUT)
                            .setSocketTimeout(READ_TIMEOUT)
                            .build())
                    .build())
            .setDefaultRequestConfig(RequestConfig.custom()
                    .setConnectionRequestTimeout(CONNECT_TIMEOUT)
                    .setResponseTimeout(READ_TIMEOUT)
                    .build())
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableContentCompression()
            .build();

    /** An answer whose body has not been read yet. */
    record Answer(String replica, ClassicHttpResponse response) implements AutoCloseable {

        InputStream body() throws IOException {
            return response.getEntity() == null
                    ? InputStream.nullInputStream()
                    : response.getEntity().getContent();
        }

        @Override
        public void close() throws IOException {
            response.close();
        }
    }

    private interface Exchange {
        HttpUriRequestBase request(String url);
    }

    /**
     * Posts JSON to one of the replicas.
     *
     * @param service which service they are replicas of, for the error
     * @return the body of the answer
     * @throws HttpError 503 if none has answered 201; some may have done it all the same
     */
    byte[] post(String service, List<String> urls, String path, byte[] json) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Exchange exchange = url -> {
            HttpPost post = new HttpPost(url + path);
            post.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
            return post;
        };
        while (true) {
            Optional<Answer> answer = ask(urls, 201, exchange, deadline);
            Optional<byte[]> body = answer.flatMap(ids -> read(ids, MOST_IDS_BYTES));
            if (body.isPresent()) {
                return body.get();
            }
            if (urls.isEmpty() || System.nanoTime() - deadline > 0 || !pause()) {
                throw noneOf(service, urls);
            }
        }
    }

    /** The whole body, unless the replica has stopped in the middle of it. */
    private static Optional<byte[]> read(Answer answer, int most) {
        try (answer) {
            byte[] body = answer.body().readNBytes(most + 1);
            if (body.length > most) {
                throw new IOException("the answer is longer than " + most + " bytes");
            }
            return Optional.of(body);
        } catch (IOException e) {
            LOG.debug("{} did not answer to the end", answer.replica(), e);
            return Optional.empty();
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Opens a list of one of the replicas; to be closed by the caller.
     *
     * @param deadline after this ({@link System#nanoTime}) no further replica is asked
     * @throws HttpError 503 if none has answered 200
     */
    Answer get(String service, List<String> urls, String path, long deadline) {
        return ask(urls, 200, url -> new HttpGet(url + path), deadline).orElseThrow(() -> noneOf(service, urls));
    }

    /** Whether one of the replicas is healthy. */
    boolean anyHealthy(String service, List<String> urls) {
        try {
            closeQuietly(get(service, urls, "/health", System.nanoTime() + PATIENCE.toNanos()));
            return true;
        } catch (HttpError e) {
            return false;
        }
    }

    private static HttpError noneOf(String service, List<String> urls) {
        return HttpError.unavailable(
                urls.isEmpty()
                        ? "no " + service + " replica is running; start one and send the request again"
                        : "no " + service + " replica of " + urls + " could do it; send the request again");
    }

    /** Asks each replica once, in random order, until one succeeds or the time is up. */
    private Optional<Answer> ask(List<String> urls, int success, Exchange exchange, long deadline) {
        List<String> order = new ArrayList<>(urls);
        Collections.shuffle(order, ThreadLocalRandom.current());
        for (String url : order) {
            try {
                ClassicHttpResponse response = http.executeOpen(null, exchange.request(url), null);
                if (response.getCode() == success) {
                    return Optional.of(new Answer(replica(response, url), response));
                }
                LOG.debug("{} answered {}", url, response.getCode());
                response.close();
            } catch (IOException | IllegalStateException e) {
                // IllegalStateException is what the client throws when it is interrupted or closed.
                LOG.debug("{} did not answer", url, e);
            }
            if (System.nanoTime() - deadline > 0) {
                break;
            }
        }
        return Optional.empty();
    }

    private static String replica(ClassicHttpResponse response, String otherwise) {
        Header name = response.getFirstHeader(HttpServer.REPLICA_HEADER);
        return name == null ? otherwise : name.getValue();
    }

    private static void closeQuietly(Answer answer) {
        try {
            answer.close();
        } catch (IOException e) {
            LOG.debug("Closing an answer that has been read failed", e);
        }
    }

    @Override
    public void close() throws IOException {
        http.close();
    }
}
