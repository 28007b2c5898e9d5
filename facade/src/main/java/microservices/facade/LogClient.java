package microservices.facade;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import microservices.concurrent.Deadline;
import microservices.facade.Gathering.Part;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.IdList;
import microservices.message.KeyedBatch;

/** Writes batches to the log and reads them back, by whichever logging replica does it. */
final class LogClient {

    private static final String SERVICE = "logging";

    private final ReplicaClient client;
    private final List<String> urls;

    LogClient(ReplicaClient client, List<String> urls) {
        this.client = client;
        this.urls = urls;
    }

    /** Whether one of the replicas is healthy; known within 6 s. */
    boolean anyHealthy() {
        return client.anyHealthy(SERVICE, urls);
    }

    List<String> urls() {
        return urls;
    }

    /**
     * Writes batches, in one exchange.
     *
     * @return for each, in order, the id under which it stands in the log; empty if its key belongs to another text
     * @throws Refusal 503 if they are not known to be there
     */
    List<Optional<UUID>> write(List<Part> parts) {
        List<KeyedBatch> batches = new ArrayList<>(parts.size());
        parts.forEach(part -> batches.add(new KeyedBatch(part.batch(), part.key())));
        byte[] answer = client.post(SERVICE, urls, "/log", 201, write(out -> KeyedBatch.writeAll(batches, out)));
        List<Optional<UUID>> ids = read(answer, in -> KeyedBatch.readIds(in));
        if (ids.size() != batches.size()) {
            throw new IllegalStateException("a replica has answered with " + ids.size() + " ids to " + batches.size());
        }
        return ids;
    }

    /**
     * How many batches are in the log.
     *
     * @param deadline after this no further replica is asked
     * @throws Refusal 503 if no replica answers that sees enough of the others
     */
    long size(Deadline deadline) {
        return client.number(SERVICE, urls, "/logs/size", deadline);
    }

    /**
     * Some ids of batches that are in the log, in the order of acceptance: those that follow one; none after the last. From
     * no replica that is cut off from others: it may miss some, and have some that the others will drop.
     *
     * @param maxAge what was logged later than so long ago may be missing
     * @throws Refusal 503 if no replica answers that sees enough of the others
     */
    List<UUID> idsAfter(UUID id, Duration maxAge) {
        String path = "/logs/ids/after/" + id + "?maxAgeMillis=" + maxAge.toMillis();
        byte[] answer = client.readCurrent(SERVICE, urls, path, Deadline.in(ReplicaClient.PATIENCE));
        return read(answer, in -> IdList.read(in)).sorted();
    }

    /**
     * Which of these batches are in the log.
     *
     * @param ids at least one, in the order of acceptance
     * @throws Refusal 503 if no replica answers that sees enough of the others
     */
    Set<UUID> having(List<UUID> ids) {
        long begun = System.nanoTime();
        UUID last = ids.get(ids.size() - 1);
        Set<UUID> found = new HashSet<>();
        List<UUID> page = idsAfter(BatchIds.before(ids.get(0)), Duration.ZERO);
        while (!page.isEmpty()) {
            found.addAll(page);
            UUID end = page.get(page.size() - 1);
            page = BatchIds.ORDER.compare(end, last) < 0
                    ? idsAfter(end, Duration.ofNanos(System.nanoTime() - begun))
                    : List.of();
        }
        found.retainAll(Set.copyOf(ids));
        return found;
    }

    /**
     * Batches of the log, which are known to be in all its copies then.
     *
     * @param ids whose; at least one
     * @return those of the first ids, as many as fit into an answer, at least one
     * @throws Refusal 503 if no replica answers that sees enough of the others, or the log does not have them
     */
    List<Batch> read(List<UUID> ids) {
        IdList wanted = new IdList();
        ids.forEach(wanted::add);
        byte[] answer = client.post(SERVICE, urls, "/logs/batches", 200, write(wanted::write));
        List<KeyedBatch> batches = read(answer, in -> KeyedBatch.readAll(in));
        if (batches.isEmpty()) {
            throw new IllegalStateException("a replica has answered with none of the batches that it was asked for");
        }
        return batches.stream().map(KeyedBatch::batch).toList();
    }

    /**
     * A batch of the log. One that stands under an idempotency key may be there and not be found.
     *
     * @throws Refusal 503 if no replica answers that sees enough of the others
     */
    Optional<Batch> find(UUID id) {
        byte[] answer = client.readCurrent(SERVICE, urls, "/logs/batches/" + id, Deadline.in(ReplicaClient.PATIENCE));
        return read(answer, in -> KeyedBatch.readAll(in)).stream()
                .map(KeyedBatch::batch)
                .findFirst();
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] write(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory: cannot happen
        }
        return bytes.toByteArray();
    }

    /** Makes something of an answer. */
    interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    /** What another replica of ours has answered; anything else is a bug. */
    static <T> T read(byte[] answer, Reading<T> reading) {
        try {
            return reading.from(new DataInputStream(new ByteArrayInputStream(answer)));
        } catch (IOException e) {
            throw new IllegalStateException("a replica has not answered as it should", e);
        }
    }
}
