package microservices.logging;

import java.util.Map;
import microservices.common.ClusterMember;
import microservices.common.Environment;
import microservices.common.HttpServer;
import microservices.common.LogSetup;
import microservices.common.MemberConfig;
import microservices.common.MemoryGuard;
import microservices.common.ReplicaSettings;
import microservices.common.ServiceMain;
import microservices.common.Shutdown;

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
        LogSetup.apply(settings.logLevel());
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
        member.start(MemberConfig.ofLogging(settings));
        memory.start();
    }
}
