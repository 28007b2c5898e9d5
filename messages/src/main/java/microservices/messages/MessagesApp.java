package microservices.messages;

import java.util.Map;
import java.util.UUID;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.http.ListRoutes;
import microservices.http.MessageJson;
import microservices.message.Refusal;
import microservices.queue.QueueCluster;
import microservices.queue.Sweeper;
import microservices.service.Environment;
import microservices.service.Health;
import microservices.service.LogLevel;
import microservices.service.ReplicaSettings;
import microservices.service.ServiceMain;
import microservices.service.Shutdown;

/** A messages replica: takes messages from the queue and lists those that it holds. */
public final class MessagesApp {

    /** More than the readings of one facade, which chooses among replicas. */
    private static final int MOST_READINGS = 96;

    private MessagesApp() {}

    public static void main(String[] args) {
        ServiceMain.run(() -> {
            Environment env = new Environment(System.getenv());
            ReplicaSettings settings = ReplicaSettings.ofQueueCluster(env, "messages-service-1", 8180, 5706);
            int queueCapacity = env.queueCapacity();
            env.check();
            start(settings, queueCapacity);
        });
    }

    private static void start(ReplicaSettings settings, int queueCapacity) {
        LogLevel.apply(settings.logLevel());
        UUID holder = UUID.randomUUID();
        MessageStore store = new MessageStore();
        ClusterMember member = new ClusterMember("queue", settings.minimumMembers());
        MemoryGuard memory = new MemoryGuard(member);
        ListRoutes readings = new ListRoutes(MOST_READINGS);
        MessageConsumer consumer = new MessageConsumer(member, store, holder);
        Sweeper sweeper = new Sweeper(member);
        HttpServer server = new HttpServer(
                settings.replica(),
                settings.bindHost(),
                settings.httpPort(),
                settings.maxRequests(),
                () -> health(member, store, memory),
                routes -> readings.addTo(routes, "/messages", (request, out) -> {
                    member.establishedHazelcast();
                    if (!consumer.isCurrent()) {
                        throw Refusal.unavailable("this replica was cut off and is still finding out what others hold"
                                + " by now; send the request again");
                    }
                    MessageJson.writeTexts(store.texts(), out);
                }));

        new Shutdown(settings.replica())
                .first(server::beUnready)
                .thenClose(member)
                .thenClose(memory)
                .thenClose(sweeper)
                .thenClose(consumer)
                .thenClose(server)
                .register();
        server.start();
        member.start(QueueCluster.messages(settings, queueCapacity, holder, server.port()));
        memory.start();
        sweeper.start();
        consumer.start();
    }

    private static Health health(ClusterMember member, MessageStore store, MemoryGuard memory) {
        return member.health().with(memory.missing(), Map.of("messages", String.valueOf(store.size())));
    }
}
