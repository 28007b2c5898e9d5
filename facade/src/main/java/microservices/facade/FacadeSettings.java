package microservices.facade;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import microservices.service.Environment;
import microservices.service.ReplicaSettings;

/**
 * A facade's settings.
 *
 * @param replica what every replica has
 * @param queueCapacity {@code QUEUE_CAPACITY}: how many messages may wait in the queue
 * @param loggingUrls {@code LOGGING_URLS}: where the logging replicas are, as http://host:port
 * @param livePage {@code LIVE_PAGE}: whether there is a live page; {@code on} or {@code off}
 */
record FacadeSettings(ReplicaSettings replica, int queueCapacity, List<String> loggingUrls, boolean livePage) {

    static FacadeSettings read(Environment env) {
        ReplicaSettings replica = ReplicaSettings.ofQueueCluster(env, "facade-service-1", 8000, 5704);
        List<String> urls = Stream.of(8980, 8981, 8982)
                .map(port -> "http://" + replica.advertisedHost() + ":" + port)
                .toList();
        FacadeSettings settings = new FacadeSettings(
                replica,
                env.queueCapacity(),
                env.urls("LOGGING_URLS", urls),
                env.word("LIVE_PAGE", "on", Set.of("on", "off")).equals("on"));
        env.check();
        return settings;
    }
}
