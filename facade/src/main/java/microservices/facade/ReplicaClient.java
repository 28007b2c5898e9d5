package microservices.facade;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import microservices.concurrent.Deadline;
import microservices.concurrent.Pause;
import microservices.http.ByteBudget;
import microservices.http.HttpServer;
import microservices.message.Refusal;
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
import org.apache.hc.core5.http.HttpEntity;
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
    /** For all of what a replica is asked, until its answer has begun, with the time to connect in it. */
    private static final Duration EXCHANGE_LIMIT = Duration.ofMillis(3500);
    /**
     * After this no further replica is asked, so that with the last one's limit a client has its answer within 10 s.
     * A post goes round the replicas until then: a log that has just lost a member takes writes a moment later.
     */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The status by which a replica speaks for all of its cluster. */
    private static final int MEMORY_SHORT = 507;

    private static final int MOST_CONNECTIONS = 256;
    /** So much of a list is read ahead: four million short messages. But no more than half of the memory for all of them. */
    private static final int AHEAD_BYTES = 64 * 1024 * 1024;
    /** What all of that takes at once, as a part of the heap; beyond it nothing is read ahead. */
    private static final int AHEAD_PART_OF_HEAP = 8;
    /** The answer to a post, with room to spare. */
    private static final int MOST_ANSWER_BYTES = 16 * 1024 * 1024;

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
    private final ExchangeLimit limit = new ExchangeLimit(EXCHANGE_LIMIT);
    private final ByteBudget ahead;
    private final int mostAhead;

    ReplicaClient() {
        this(ByteBudget.ofHeap("readings", AHEAD_PART_OF_HEAP));
    }

    /** @param ahead the memory for what is read ahead */
    ReplicaClient(ByteBudget ahead) {
        this.ahead = ahead;
        this.mostAhead = (int) Math.min(AHEAD_BYTES, ahead.most() / 2);
    }

    /**
     * An answer whose body has not been read yet, but for its beginning.
     *
     * @param url whose it is
     */
    record Answer(String url, HttpUriRequestBase request, ClassicHttpResponse response, ReadAhead body)
            implements AutoCloseable {

        /** The name of the replica, or the URL of one that does not tell it. */
        String replica() {
            Header name = response.getFirstHeader(HttpServer.REPLICA_HEADER);
            return name == null ? url : name.getValue();
        }

        /** Whether the list may lack what was accepted lately. */
        boolean stale() {
            return response.containsHeader(HttpServer.STALE_HEADER);
        }

        /** Closes the connection, unless all has been read; gives back the memory. */
        @Override
        public void close() {
            body.close();
            breakOff(request, response);
        }
    }

    private interface Exchange {
        HttpUriRequestBase request(String url);
    }

    /**
     * Posts bytes to one of the replicas.
     *
     * @param service which service they are replicas of, for the error
     * @param success the status that they answer with when it is done
     * @return the body of the answer
     * @throws Refusal 503 if none has done it; some may have done it all the same. At once if one says that
     *     memory is short in its cluster: then nothing has been written
     */
    byte[] post(String service, List<String> urls, String path, int success, byte[] body) {
        Deadline deadline = Deadline.in(PATIENCE);
        Exchange exchange = url -> {
            HttpPost post = new HttpPost(url + path);
            post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_OCTET_STREAM));
            return post;
        };
        AtomicBoolean doubtful = new AtomicBoolean();
        while (true) {
            Optional<byte[]> answer =
                    ask(urls, success, 0, exchange, deadline, doubtful).flatMap(ReplicaClient::read);
            if (answer.isPresent()) {
                return answer.get();
            }
            doubtful.set(true); // one may have done it, and its answer has broken off
            if (urls.isEmpty() || deadline.passed() || !Pause.of(PAUSE)) {
                throw noneOf(service, urls);
            }
        }
    }

    /** The whole body, unless the replica has stopped in the middle of it. */
    private static Optional<byte[]> read(Answer answer) {
        try (answer) {
            return Optional.of(answer.body().readAll(MOST_ANSWER_BYTES));
        } catch (IOException e) {
            LOG.debug("{} did not answer to the end", answer.replica(), e);
            return Optional.empty();
        }
    }

    /**
     * Opens a list of one of the replicas; to be closed by the caller.
     *
     * @param deadline after this no further replica is asked
     * @throws Refusal 503 if none has answered 200
     */
    Answer get(String service, List<String> urls, String path, Deadline deadline) {
        return ask(urls, 200, mostAhead, url -> new HttpGet(url + path), deadline, new AtomicBoolean())
                .orElseThrow(() -> noneOf(service, urls));
    }

    /**
     * Reads something short from one of the replicas.
     *
     * @throws Refusal 503 if none has answered 200
     */
    byte[] read(String service, List<String> urls, String path) {
        return read(get(service, urls, path, Deadline.in(PATIENCE))).orElseThrow(() -> noneOf(service, urls));
    }

    /**
     * The same, but nothing that may lack what was accepted lately.
     *
     * @param deadline after this no further replica is asked
     * @throws Refusal 503 if none has answered 200, or only one that is cut off from others
     */
    byte[] readCurrent(String service, List<String> urls, String path, Deadline deadline) {
        Answer answer = get(service, urls, path, deadline);
        if (answer.stale()) {
            answer.close();
            throw Refusal.unknown(answer.replica() + " is cut off from others; send the request again");
        }
        return read(answer).orElseThrow(() -> noneOf(service, urls));
    }

    /** The number that {@link #readCurrent} reads. */
    long number(String service, List<String> urls, String path, Deadline deadline) {
        return Long.parseLong(new String(readCurrent(service, urls, path, deadline), StandardCharsets.US_ASCII));
    }

    /** Whether one of the replicas is healthy; known within 6 s, the last one's limit included. */
    boolean anyHealthy(String service, List<String> urls) {
        try {
            get(service, urls, "/health", Deadline.in(HEALTH_PATIENCE)).close();
            return true;
        } catch (Refusal e) {
            return false;
        }
    }

    private static Refusal noneOf(String service, List<String> urls) {
        return Refusal.unknown(
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
            List<String> urls, int success, int most, Exchange exchange, Deadline deadline, AtomicBoolean doubtful) {
        List<String> order = new ArrayList<>(urls);
        Collections.shuffle(order, ThreadLocalRandom.current());
        Answer stale = null;
        for (String url : order) {
            if (deadline.passed()) {
                break;
            }
            try {
                Answer answer = exchange(exchange.request(url), url, success, most);
                if (answer.response().getCode() == success) {
                    if (stale != null) {
                        stale.close();
                    }
                    if (!answer.stale()) {
                        return Optional.of(answer);
                    }
                    stale = answer;
                } else {
                    LOG.debug("{} answered {}", url, answer.response().getCode());
                    answer.close();
                    if (answer.response().getCode() != MEMORY_SHORT) {
                        doubtful.set(true);
                    } else if (!doubtful.get()) {
                        throw Refusal.notNow("memory is short, says " + url + "; send it again when there is room");
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

    /** Asks one replica, within the limit. */
    private Answer exchange(HttpUriRequestBase request, String url, int success, int most) throws IOException {
        Answer answer = null;
        limit.begin(request);
        try {
            ClassicHttpResponse response = http.executeOpen(null, request, null);
            answer = answer(request, response, url, response.getCode() == success ? most : 0);
        } finally {
            end(request, answer);
        }
        return answer;
    }

    private void end(HttpUriRequestBase request, Answer answer) throws IOException {
        try {
            limit.end(request);
        } catch (IOException e) {
            if (answer != null) {
                answer.close();
            }
            throw e;
        }
    }

    private Answer answer(HttpUriRequestBase request, ClassicHttpResponse response, String url, int most)
            throws IOException {
        HttpEntity entity = response.getEntity();
        InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
        try {
            return new Answer(url, request, response, ReadAhead.of(body, most, ahead));
        } catch (IOException e) {
            breakOff(request, response);
            throw e;
        }
    }

    /** Closes the connection, unless the answer has been read to its end: closing alone would read all of it first. */
    private static void breakOff(HttpUriRequestBase request, ClassicHttpResponse response) {
        request.cancel();
        try {
            response.close();
        } catch (IOException e) {
            LOG.debug("Closing an answer failed", e);
        }
    }

    @Override
    public void close() throws IOException {
        limit.close();
        http.close();
    }
}
