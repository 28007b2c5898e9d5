package microservices.logging;

import java.util.Map;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.metrics.Metrics;
import microservices.recent.RecentBatches;
import microservices.recent.RecentRoute;
import microservices.service.Environment;
import microservices.service.Lifecycle;
import microservices.service.LogOutput;
import microservices.service.ReplicaSettings;
import microservices.service.ServiceMain;

/** A logging replica: a member of the logging cluster, and the HTTP door to the log that the members share. */
public final class LoggingApp {

    private LoggingApp() {}

    public static void main(String[] args) {
        ServiceMain.run(() -> {
            Environment env = new Environment(System.getenv());
            ReplicaSettings settings = ReplicaSettings.ofLoggingCluster(env, "logging-service-1", 8980, 5701);
            env.check();
            start(settings);
        });
    }

    private static void start(ReplicaSettings settings) throws Exception {
        LogOutput.begin(settings.logLevel());
        ClusterMember member = new ClusterMember(LogCluster.NAME, settings.minimumMembers());
        MemoryGuard memory = new MemoryGuard(member);
        LogStore store = new LogStore(member);
        RecentBatches recent = new RecentBatches();
        LoggingRoutes routes = new LoggingRoutes(store, memory, recent);
        Metrics metrics = new Metrics().addJvm();
        Probes probes = new Probes(member::ended, () -> member.health().with(memory.missing(), Map.of()), metrics);
        RecentRoute recentRoute = new RecentRoute(recent, settings.replica(), probes::lastMissing);
        HttpServer server = new HttpServer(settings, LoggingRoutes.MAX_BODY_BYTES, probes, added -> {
            routes.addTo(added);
            recentRoute.addTo(added);
        });

        member.addTo(metrics, settings.peers().size());
        memory.addTo(metrics);
        routes.addTo(metrics);

        Lifecycle lifecycle = new Lifecycle(settings.replica()).register();
        lifecycle.open(server::start, server);
        lifecycle.start(() -> member.start(LogCluster.member(settings)), member);
        lifecycle.start(memory::start, memory);
    }
}
