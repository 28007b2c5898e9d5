package microservices.facade;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.ledger.Ledger;
import microservices.live.LiveRoutes;
import microservices.metrics.Metrics;
import microservices.queue.MessageQueue;
import microservices.queue.QueueCluster;
import microservices.queue.QueueCluster.MessagesReplica;
import microservices.queue.QueueRoom;
import microservices.queue.Sweeper;
import microservices.recent.RecentBatches;
import microservices.recent.RecentRoute;
import microservices.service.Environment;
import microservices.service.Lifecycle;
import microservices.service.LogOutput;
import microservices.service.ReplicaSettings;
import microservices.service.ServiceMain;

/** A facade: the client's door. Keeps what is posted in the log and in the ledger, and reads both lists back. */
public final class FacadeApp {

    private FacadeApp() {}

    public static void main(String[] args) {
        ServiceMain.run(() -> start(FacadeSettings.read(new Environment(System.getenv()))));
    }

    private static void start(FacadeSettings settings) throws Exception {
        ReplicaSettings replica = settings.replica();
        LogOutput.begin(replica.logLevel());

        ClusterMember member = new ClusterMember(QueueCluster.NAME, replica.minimumMembers());
        MemoryGuard memory = new MemoryGuard(member);
        Ledger ledger = new Ledger(member);
        MessageQueue queue = new MessageQueue(member);
        QueueRoom room = new QueueRoom(member, ledger, settings.queueCapacity());
        Sweeper sweeper = new Sweeper(member, ledger, queue, room);

        ReplicaClient client = new ReplicaClient();
        LogClient log = new LogClient(client, settings.loggingUrls());
        Offers offers = new Offers(queue);
        Forgotten forgotten = new Forgotten(member, ledger, queue, log);
        LogComparison comparison = new LogComparison(member, log, ledger, room, offers);
        RecentBatches recent = new RecentBatches();
        Keeper keeper =
                new Keeper(member, memory, room, log, ledger, offers, recent, comparison::doubt, Keeper.PATIENCE);
        FirstBatch first = new FirstBatch(keeper);
        Metrics metrics = new Metrics().addJvm();
        Batches batches = new Batches(new BatchSizes(keeper, metrics), settings.queueCapacity());
        TwoLists lists =
                new TwoLists(client, settings.loggingUrls(), () -> QueueCluster.messagesUrls(member), batches::posting);

        FacadeRoutes routes = new FacadeRoutes(lists, member, memory, log, comparison, first);
        HeldClient held = new HeldClient(client);
        Supplier<List<MessagesReplica>> present = () -> QueueCluster.messagesReplicas(member);
        StatusRoute status = new StatusRoute(new CountReading(present, held, log, ledger::counts));
        VerifyRoute verify = new VerifyRoute(new Verification(present, log, held, ledger::holdings));
        MessageRoute message = new MessageRoute(present, log, ledger::find);
        PostRoutes posts = new PostRoutes(batches::keep);
        Probes probes = new Probes(member::ended, routes::health, metrics);
        RecentRoute recentRoute = new RecentRoute(recent, replica.replica(), probes::lastMissing);
        LiveSources sources = new LiveSources(member, queue, client, log, status, recentRoute, replica.replica());
        int expected = replica.peers().size() + settings.loggingUrls().size();
        LiveRoutes live = new LiveRoutes(replica.replica(), sources::places, expected, sources::ask, sources::summary);
        HttpServer server = new HttpServer(
                replica,
                PostRoutes.MAX_BODY_BYTES,
                probes,
                added -> {
                    routes.addTo(added);
                    status.addTo(added);
                    verify.addTo(added);
                    message.addTo(added);
                    recentRoute.addTo(added);
                    if (settings.livePage()) {
                        live.addTo(added);
                    }
                },
                posts.byPath());

        member.addTo(metrics, replica.peers().size());
        memory.addTo(metrics);
        sweeper.addTo(metrics, Map.of("unclaimed", forgotten.offered()));
        comparison.addTo(metrics);

        Lifecycle lifecycle = new Lifecycle(replica.replica()).register();
        lifecycle.open(server::start, server);
        lifecycle.start(
                () -> member.start(QueueCluster.facade(replica, settings.queueCapacity(), server.port())), member);
        lifecycle.add(client);
        member.onChange(live::remember);
        live.remember();
        lifecycle.start(memory::start, memory);
        lifecycle.start(offers::start, offers);
        lifecycle.start(sweeper::start, sweeper);
        lifecycle.start(forgotten::start, forgotten);
        lifecycle.start(comparison::start, comparison);
        lifecycle.start(first::start, first);
        lifecycle.start(batches::start, batches);
    }
}
