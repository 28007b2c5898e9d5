package microservices.logging;

import java.util.Map;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.http.HttpServer;
import microservices.service.Environment;
import microservices.service.LogLevel;
import microservices.service.ReplicaSettings;
import microservices.service.ServiceMain;
import microservices.service.Shutdown;

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

    private static void start(ReplicaSettings settings) {
        LogLevel.apply(settings.logLevel());
        ClusterMember member = new ClusterMember("logging", settings.minimumMembers());
        MemoryGuard memory = new MemoryGuard(member);
        LogStore store = new LogStore(member);
        HttpServer server = new HttpServer(
                settings.replica(),
                settings.bindHost(),
                settings.httpPort(),
                settings.maxRequests(),
                () -> member.health().with(memory.missing(), Map.of()),
                new LoggingRoutes(store, memory)::addTo);

        new Shutdown(settings.replica())
                .first(server::beUnready)
                .thenClose(member)
                .thenClose(memory)
                .thenClose(server)
                .register();
        server.start();
        member.start(LogCluster.member(settings));
        memory.start();
    }
}
