package microservices.facade;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import microservices.common.ByteBudget;
import microservices.common.HttpError;
import microservices.common.HttpServer;
import microservices.common.Pause;
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

    private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The status by which a replica speaks for all of its cluster. */
    private static final int MEMORY_SHORT = 507;

    private static final int MOST_CONNECTIONS = 256;
    /** So much is read before an answer counts: a replica that fails in its middle is replaced by another one. */
    private static final int AHEAD_BYTES = 512 * 1024;
    /** What all of that takes at once, as a part of the heap; beyond it nothing is read ahead. */
    private static final int AHEAD_PART_OF_HEAP = 8;
    /** The answer to a post: an id for each message of a batch, with room to spare. */
    private static final int MOST_IDS_BYTES = 64 * 1024;
    /** A page of the log, where a character takes 6 bytes at most, with room to spare. */
    private static final int MOST_PAGE_BYTES = 16 * 1024 * 1024;

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
    private final ByteBudget ahead;

    ReplicaClient() {
        this(ByteBudget.ofHeap("readings", AHEAD_PART_OF_HEAP));
    }

    /** @param ahead the memory for what is read ahead */
    ReplicaClient(ByteBudget ahead) {
        this.ahead = ahead;
    }

    /**
     * An answer whose body has not been read yet, but for its beginning.
     *
     * @param ahead the beginning of the body
     * @param rest what follows it; empty if it is all
     * @param share the memory that the beginning takes
     */
    record Answer(String replica, ClassicHttpResponse response, byte[] ahead, InputStream rest, ByteBudget.Share share)
            implements AutoCloseable {

        /** Whether the list may lack what was accepted lately. */
        boolean stale() {
            return response.containsHeader(HttpServer.STALE_HEADER);
        }

        /** Writes the whole body. */
        void transferTo(OutputStream out) throws IOException {
            out.write(ahead);
            rest.transferTo(out);
        }

        @Override
        public void close() throws IOException {
            share.close();
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
     * @throws HttpError 503 if none has answered 201; some may have done it all the same. At once if one says that
     *     memory is short in its cluster: then nothing has been written
     */
    byte[] post(String service, List<String> urls, String path, byte[] json) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Exchange exchange = url -> {
            HttpPost post = new HttpPost(url + path);
            post.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
            return post;
        };
        AtomicBoolean doubtful = new AtomicBoolean();
        while (true) {
            Optional<Answer> answer = ask(urls, 201, 0, exchange, deadline, doubtful);
            Optional<byte[]> body = answer.flatMap(ids -> read(ids, MOST_IDS_BYTES));
            if (body.isPresent()) {
                return body.get();
            }
            if (urls.isEmpty() || System.nanoTime() - deadline > 0 || !Pause.of(PAUSE)) {
                throw noneOf(service, urls);
            }
        }
    }

    /** The whole body, unless the replica has stopped in the middle of it. */
    private static Optional<byte[]> read(Answer answer, int most) {
        try (answer) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.write(answer.ahead());
            body.write(answer.rest().readNBytes(most + 1 - body.size()));
            if (body.size() > most) {
                throw new IOException("the answer is longer than " + most + " bytes");
            }
            return Optional.of(body.toByteArray());
        } catch (IOException e) {
            LOG.debug("{} did not answer to the end", answer.replica(), e);
            return Optional.empty();
        }
    }

    /**
     * Opens a list of one of the replicas; to be closed by the caller.
     *
     * @param deadline after this ({@link System#nanoTime}) no further replica is asked
     * @throws HttpError 503 if none has answered 200
     */
    Answer get(String service, List<String> urls, String path, long deadline) {
        return ask(urls, 200, AHEAD_BYTES, url -> new HttpGet(url + path), deadline, new AtomicBoolean())
                .orElseThrow(() -> noneOf(service, urls));
    }

    /**
     * Reads something short from one of the replicas.
     *
     * @throws HttpError 503 if none has answered 200
     */
    String read(String service, List<String> urls, String path) {
        Answer answer = get(service, urls, path, System.nanoTime() + PATIENCE.toNanos());
        return read(answer, MOST_PAGE_BYTES)
                .map(body -> new String(body, StandardCharsets.UTF_8))
                .orElseThrow(() -> noneOf(service, urls));
    }

    /** Whether one of the replicas is healthy; known within 7 s, the last one's timeouts included. */
    boolean anyHealthy(String service, List<String> urls) {
        try {
            closeQuietly(get(service, urls, "/health", System.nanoTime() + HEALTH_PATIENCE.toNanos()));
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

    /**
     * Asks each replica once, in random order, until one succeeds or the time is up. An answer that may be stale is
     * given only if no other replica has a better one.
     *
     * @param doubtful whether one has been asked that may have done it, although it did not say so
     */
    private Optional<Answer> ask(
            List<String> urls, int success, int most, Exchange exchange, long deadline, AtomicBoolean doubtful) {
        List<String> order = new ArrayList<>(urls);
        Collections.shuffle(order, ThreadLocalRandom.current());
        Answer stale = null;
        for (String url : order) {
            if (System.nanoTime() - deadline > 0) {
                break;
            }
            try {
                ClassicHttpResponse response = http.executeOpen(null, exchange.request(url), null);
                if (response.getCode() == success) {
                    Answer answer = answer(response, url, most);
                    if (stale != null) {
                        closeQuietly(stale);
                    }
                    if (!answer.stale()) {
                        return Optional.of(answer);
                    }
                    stale = answer;
                } else {
                    LOG.debug("{} answered {}", url, response.getCode());
                    response.close();
                    if (response.getCode() != MEMORY_SHORT) {
                        doubtful.set(true);
                    } else if (!doubtful.get()) {
                        throw HttpError.unavailable(
                                "memory is short, says " + url + "; send it again when there is room");
                    }
                }
            } catch (IOException | IllegalStateException e) {
                doubtful.set(true);
                // IllegalStateException is what the client throws when it is interrupted or closed.
                LOG.debug("{} did not answer", url, e);
            }
        }
        return Optional.ofNullable(stale);
    }

    /** Reads ahead, if there is memory for it. */
    private Answer answer(ClassicHttpResponse response, String url, int most) throws IOException {
        ByteBudget.Share share = ahead.take(0);
        byte[] beginning = new byte[0];
        InputStream rest = response.getEntity() == null
                ? InputStream.nullInputStream()
                : response.getEntity().getContent();
        try {
            share = ahead.take(most);
            beginning = rest.readNBytes(most);
            if (beginning.length < most) {
                rest = InputStream.nullInputStream(); // the other one has closed itself
            }
        } catch (HttpError e) {
            LOG.debug("Nothing of {} is read ahead", url, e);
        } catch (IOException e) {
            share.close();
            response.close();
            throw e;
        }
        return new Answer(replica(response, url), response, beginning, rest, share);
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
