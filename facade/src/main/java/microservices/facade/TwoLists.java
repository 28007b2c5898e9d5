package microservices.facade;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import microservices.concurrent.Deadline;
import microservices.http.HttpServer;

/** The answer to a GET: the log as one logging replica has it, and what one messages replica holds. */
final class TwoLists {

    /** Sets a header of the answer. */
    interface Headers {
        void set(String name, String value);
    }

    private final ReplicaClient client;
    private final List<String> loggingUrls;
    private final Supplier<List<String>> messagesUrls;

    TwoLists(ReplicaClient client, List<String> loggingUrls, Supplier<List<String>> messagesUrls) {
        this.client = client;
        this.loggingUrls = loggingUrls;
        this.messagesUrls = messagesUrls;
    }

    /**
     * Passes both lists through once both have been read ahead. What is too long for that follows as it comes; such a list
     * of messages is asked for anew when the log has gone out, since its replica cuts off a client that reads nothing.
     *
     * @throws microservices.message.Refusal 503 if no replica of a kind answers
     * @throws IOException if a list breaks off after it was read ahead, or the client does
     */
    void write(Headers headers, OutputStream out) throws IOException {
        Deadline deadline = Deadline.in(ReplicaClient.PATIENCE);
        try (ReplicaClient.Answer log = client.get("logging", loggingUrls, "/logs", deadline);
                Chosen messages = choose(deadline)) {
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
