package microservices.system.bench;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * This architecture as it is usually built, one message at a time: a call to a logging replica and a put into its map, then
 * an offer into the queue, each with Hazelcast's one backup. No batches, no ledger, no claims; a message may be lost with a
 * replica. Three small services that take the same environment as ours.
 */
final class PlainSystem {

    static final String QUEUE = "messages";

    private PlainSystem() {}

    /** A member with Hazelcast's defaults, but for what makes it find its peers on this machine. */
    static HazelcastInstance member(String peers) {
        Config config = new Config().setClusterName("plain-" + peers);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getNetworkConfig()
                .setPort(Integer.parseInt(System.getenv("MEMBER_PORT")))
                .setPortAutoIncrement(false)
                .getInterfaces()
                .setEnabled(true)
                .addInterface("127.0.0.1");
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig()
                .setEnabled(true)
                .setMembers(List.of(System.getenv(peers).split(",")));
        return Hazelcast.newHazelcastInstance(config);
    }

    static void serve(Consumer<RoutesConfig> routes) {
        Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.routes.get("/health/ready", request -> request.json(Map.of("missing", List.of())));
                    routes.accept(config.routes);
                })
                .start("127.0.0.1", Integer.parseInt(System.getenv("HTTP_PORT")));
    }
}
