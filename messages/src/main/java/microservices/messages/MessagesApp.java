package microservices.messages;

import java.util.Map;
import java.util.UUID;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.ledger.Ledger;
import microservices.metrics.Metrics;
import microservices.queue.MessageQueue;
import microservices.queue.QueueCluster;
import microservices.queue.QueueRoom;
import microservices.queue.Sweeper;
import microservices.recent.RecentBatches;
import microservices.recent.RecentRoute;
import microservices.service.Environment;
import microservices.service.Lifecycle;
import microservices.service.LogOutput;
import microservices.service.ReplicaSettings;
import microservices.service.ServiceMain;

/** A messages replica: takes messages from the queue and lists those that it holds. */
public final class MessagesApp {

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

    private static void start(ReplicaSettings settings, int capacity) throws Exception {
        LogOutput.begin(settings.logLevel());
        UUID holder = UUID.randomUUID();
        ClusterMember member = new ClusterMember(QueueCluster.NAME, settings.minimumMembers());
        MemoryGuard memory = new MemoryGuard(member);
        Ledger ledger = new Ledger(member);
        MessageQueue queue = new MessageQueue(member);
        Sweeper sweeper = new Sweeper(member, ledger, queue, new QueueRoom(member, ledger, capacity));
        MessageStore store = new MessageStore();
        RecentBatches recent = new RecentBatches();
        MessageConsumer consumer = new MessageConsumer(member, queue, ledger, store, recent, holder);
        MessagesRoutes routes = new MessagesRoutes(store, () -> {
            member.establishedHazelcast();
            return consumer.isCurrent();
        });
        Metrics metrics = new Metrics().addJvm();
        Probes probes = new Probes(
                member::ended,
                () -> member.health().with(memory.missing(), Map.of("messages", String.valueOf(store.size()))),
                metrics);
        RecentRoute recentRoute = new RecentRoute(recent, settings.replica(), probes::lastMissing);
        HttpServer server = new HttpServer(settings, 0, probes, added -> {
            routes.addTo(added);
            recentRoute.addTo(added);
        });

        member.addTo(metrics, settings.peers().size());
        memory.addTo(metrics);
        sweeper.addTo(metrics, Map.of());
        consumer.addTo(metrics);

        Lifecycle lifecycle = new Lifecycle(settings.replica()).register();
        lifecycle.open(server::start, server);
        lifecycle.start(() -> member.start(QueueCluster.messages(settings, capacity, holder, server.port())), member);
        lifecycle.start(memory::start, memory);
        lifecycle.start(sweeper::start, sweeper);
        lifecycle.start(consumer::start, consumer);
    }
}
