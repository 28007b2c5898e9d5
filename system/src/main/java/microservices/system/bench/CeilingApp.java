package microservices.system.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import microservices.facade.PostRoutes;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.message.BatchIds;
import microservices.service.Environment;
import microservices.service.Health;
import microservices.service.LogOutput;
import microservices.service.ReplicaSettings;
import microservices.service.ServiceMain;

/** The facade's door with nothing behind it: the same server, JSON and checks, and a 201 that promises nothing. */
public final class CeilingApp {

    private CeilingApp() {}

    public static void main(String[] args) {
        ServiceMain.run(() -> {
            Environment env = new Environment(System.getenv());
            ReplicaSettings settings = ReplicaSettings.ofQueueCluster(env, "ceiling", 8000, 5704);
            LogOutput.begin(settings.logLevel());
            BatchIds ids = new BatchIds();
            PostRoutes posts = new PostRoutes((text, key, executor) -> CompletableFuture.completedFuture(ids.next()));
            Health healthy = new Health(List.of(), Map.of());
            new HttpServer(settings, PostRoutes.MAX_BODY_BYTES, new Probes(() -> healthy), routes -> {}, posts.byPath())
                    .start();
        });
    }
}
