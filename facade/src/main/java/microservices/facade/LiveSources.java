package microservices.facade;

import com.hazelcast.core.HazelcastException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import microservices.cluster.ClusterMember;
import microservices.concurrent.LastAnswer;
import microservices.live.Place;
import microservices.live.Place.Kind;
import microservices.live.SharedAnswer;
import microservices.live.Summary;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;
import microservices.queue.QueueCluster;
import microservices.recent.Recent;
import microservices.recent.RecentRoute;

/** From where the live page has what it shows: where replicas are, what each of them says, and what is known of all. */
final class LiveSources {

    /** For each of what is known of all: a page is to have its state within a second or two. */
    private static final Duration PATIENCE = Duration.ofMillis(300);
    /** For how long an earlier status is shown while the next one is being found out. */
    private static final Duration STATUS_VALID = Duration.ofSeconds(4);

    private static final Duration DEPTH_VALID = Duration.ofMillis(900);

    private final ClusterMember member;
    private final ReplicaClient client;
    private final LogClient log;
    private final StatusRoute status;
    private final RecentRoute own;
    private final String self;
    private final SharedAnswer<Integer> depth;

    private final LastAnswer<Status> lastStatus = new LastAnswer<>(STATUS_VALID);

    /** @param self the name of this facade */
    LiveSources(
            ClusterMember member,
            MessageQueue queue,
            ReplicaClient client,
            LogClient log,
            StatusRoute status,
            RecentRoute own,
            String self) {
        this.member = member;
        this.client = client;
        this.log = log;
        this.status = status;
        this.own = own;
        this.self = self;
        this.depth = new SharedAnswer<>("queue-depth", () -> new SharedAnswer.Dated<>(queue.size(), DEPTH_VALID));
    }

    /** The logging replicas, and who is in the queue cluster now. */
    List<Place> places() {
        List<Place> places = new ArrayList<>();
        log.urls().forEach(url -> places.add(new Place(Kind.LOGGING, url, url)));
        try {
            QueueCluster.facadeUrls(member).forEach((name, url) -> places.add(new Place(Kind.FACADE, name, url)));
            QueueCluster.messagesReplicas(member)
                    .forEach(one -> places.add(new Place(Kind.MESSAGES, one.name(), one.url())));
        } catch (Refusal | HazelcastException | IllegalStateException e) {
            // This replica is in no cluster, and its health says so.
        }
        return places;
    }

    Recent ask(Place place, long after, UUID run) {
        if (place.kind() == Kind.FACADE && place.name().equals(self)) {
            return own.since(after, run);
        }
        byte[] answer = client.read("watched", List.of(place.url()), RecentRoute.path(after, run));
        return LogClient.read(answer, in -> Recent.read(in));
    }

    Summary summary() {
        status.within(PATIENCE).ifPresent(lastStatus::set);
        Status shown = lastStatus.answer().orElseGet(StatusRoute::takesTooLong);
        return new Summary(
                new String(shown.json(System.currentTimeMillis()), StandardCharsets.UTF_8),
                shown.verdict().toString(),
                known(() -> depth.within(PATIENCE)),
                known(() -> QueueCluster.owner(member)));
    }

    private static <T> Optional<T> known(Supplier<Optional<T>> question) {
        try {
            return question.get();
        } catch (Refusal | HazelcastException | IllegalStateException e) {
            return Optional.empty();
        }
    }
}
