package microservices.facade;

import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.queue.QueueCluster;
import microservices.queue.Sweeper;
import microservices.service.Environment;
import microservices.service.LogLevel;
import microservices.service.ServiceMain;
import microservices.service.Shutdown;

/** A facade: the client's door. Keeps what is posted in the log and in the queue, and reads both lists back. */
public final class FacadeApp {

    private FacadeApp() {}

    public static void main(String[] args) {
        ServiceMain.run(() -> start(FacadeSettings.read(new Environment(System.getenv()))));
    }

    private static void start(FacadeSettings settings) {
        LogLevel.apply(settings.replica().logLevel());
        ClusterMember member = new ClusterMember("queue", settings.replica().minimumMembers());
        MemoryGuard memory = new MemoryGuard(member);
        ReplicaClient client = new ReplicaClient();
        Offers offers = new Offers(member);
        Batches batches = new Batches(new Keeper(client, settings.loggingUrls(), member, memory, offers));
        FacadeRoutes routes = new FacadeRoutes(batches, client, settings.loggingUrls(), member, memory);
        Sweeper sweeper = new Sweeper(member);
        LedgerRepair repair = new LedgerRepair(member, client, settings.loggingUrls());
        HttpServer server = new HttpServer(
                settings.replica().replica(),
                settings.replica().bindHost(),
                settings.replica().httpPort(),
                settings.replica().maxRequests(),
                routes::health,
                routes::addTo);

        new Shutdown(settings.replica().replica())
                .first(server::beUnready)
                .thenClose(member)
                .thenClose(client)
                .thenClose(memory)
                .thenClose(repair)
                .thenClose(sweeper)
                .thenClose(offers)
                .thenClose(batches)
                .thenClose(server)
                .register();
        server.start();
        batches.start();
        member.start(QueueCluster.facade(settings.replica(), settings.queueCapacity()));
        memory.start();
        offers.start();
        sweeper.start();
        repair.start();
    }
}
