package microservices.facade;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import microservices.concurrent.Deadline;
import microservices.http.HttpServer;

/**
 * The answer to a GET: the log as one logging replica has it, and what one messages replica holds. Clients that come
 * together share one reading, unless the lists are too long to be held.
 */
final class TwoLists {

    /** Sets a header of the answer. */
    interface Headers {
        void set(String name, String value);
    }

    private final ReplicaClient client;
    private final List<String> loggingUrls;
    private final Supplier<List<String>> messagesUrls;
    private final SharedReadings<Lists> readings;

    /** Whether the last reading could not be shared: then each client reads by itself, and waits for nobody. */
    private volatile boolean tooLong;

    /** @param posting whether messages are being posted */
    TwoLists(
            ReplicaClient client,
            List<String> loggingUrls,
            Supplier<List<String>> messagesUrls,
            BooleanSupplier posting) {
        this(client, loggingUrls, messagesUrls, posting, SharedReadings.MOST_WAIT);
    }

    TwoLists(
            ReplicaClient client,
            List<String> loggingUrls,
            Supplier<List<String>> messagesUrls,
            BooleanSupplier posting,
            Duration mostWait) {
        this.client = client;
        this.loggingUrls = loggingUrls;
        this.messagesUrls = messagesUrls;
        this.readings = new SharedReadings<>(() -> open(Deadline.in(ReplicaClient.PATIENCE)), posting, mostWait);
    }

    /**
     * Passes both lists through once both have been read ahead. What is too long for that follows as it comes; such a list
     * of messages is asked for anew when the log has gone out, since its replica cuts off a client that reads nothing.
     *
     * @throws microservices.message.Refusal 503 if no replica of a kind answers
     * @throws IOException if a list breaks off after it was read ahead, or the client does
     */
    void write(Headers headers, OutputStream out) throws IOException {
        Deadline deadline;
        if (tooLong) {
            deadline = Deadline.in(ReplicaClient.PATIENCE);
        } else {
            try (SharedReadings<Lists>.Use shared = readings.next()) {
                Lists lists = shared.reading();
                if (lists.whole() || shared.first()) {
                    lists.write(headers, out);
                    return;
                }
                deadline = lists.deadline();
            }
        }
        try (Lists lists = open(deadline)) {
            lists.write(headers, out);
        }
    }

    /** How many clients wait for a reading that has not begun. */
    int waiting() {
        return readings.waiting();
    }

    private Lists open(Deadline deadline) {
        ReplicaClient.Answer log = client.get("logging", loggingUrls, "/logs", deadline);
        try {
            Lists lists = new Lists(log, choose(deadline), deadline);
            tooLong = !lists.whole();
            return lists;
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /**
     * Both lists, as far as they were read ahead.
     *
     * @param deadline until when replicas were asked
     */
    private record Lists(ReplicaClient.Answer log, Chosen messages, Deadline deadline)
            implements SharedReadings.Reading {

        /** Whether all is here, and so may be written to many clients at once. */
        boolean whole() {
            return log.body().whole() && messages.list().isPresent();
        }

        void write(Headers headers, OutputStream out) throws IOException {
            headers.set("X-Logging-Replica", log.replica());
            headers.set("X-Messages-Replica", messages.replica());
            if (log.stale()) {
                headers.set(HttpServer.STALE_HEADER, "possible");
            }
            out.write('[');
            log.body().transferTo(out);
            out.write(',');
            messages.transferTo(out);
            out.write(']');
        }

        @Override
        public void close() {
            messages.close();
            log.close();
        }
    }

    /**
     * The messages replica that is read from.
     *
     * @param list its list, if all of it was read ahead
     */
    private record Chosen(TwoLists lists, String url, String replica, Optional<ReplicaClient.Answer> list)
            implements AutoCloseable {

        void transferTo(OutputStream out) throws IOException {
            if (list.isPresent()) {
                list.get().body().transferTo(out);
                return;
            }
            Deadline deadline = Deadline.in(ReplicaClient.PATIENCE);
            try (ReplicaClient.Answer anew = lists.messages(List.of(url), deadline)) {
                anew.body().transferTo(out);
            }
        }

        @Override
        public void close() {
            list.ifPresent(ReplicaClient.Answer::close);
        }
    }

    /** Keeps nothing of a list that was not read to its end. */
    private Chosen choose(Deadline deadline) {
        ReplicaClient.Answer answer = messages(messagesUrls.get(), deadline);
        if (answer.body().whole()) {
            return new Chosen(this, answer.url(), answer.replica(), Optional.of(answer));
        }
        answer.close();
        return new Chosen(this, answer.url(), answer.replica(), Optional.empty());
    }

    private ReplicaClient.Answer messages(List<String> urls, Deadline deadline) {
        return client.get("messages", urls, "/messages", deadline);
    }
}
