package microservices.system.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import microservices.system.local.Placement;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;

/**
 * Replicas on this host that run a class of the benchmark in place of the service's jar, with the same options.
 *
 * @param home the folder of the project, with the built jars in it
 * @param mains what runs in place of each service
 */
record OtherMain(Path home, Map<Service, Class<?>> mains) implements Placement {

    /** What the manifests of the services' jars say. */
    private static final List<String> HAZELCAST_NEEDS = List.of(
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    @Override
    public String host(Replica replica) {
        return "127.0.0.1";
    }

    @Override
    public List<String> command(Replica replica, List<String> java) {
        List<String> command = new ArrayList<>(java.subList(0, java.indexOf("-jar")));
        command.addAll(HAZELCAST_NEEDS);
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator, jar("system"), jar("facade"), libraries("facade"), libraries("system")));
        command.add(mains.get(replica.service()).getName());
        return command;
    }

    private String libraries(String module) {
        return home.resolve(module).resolve("target").resolve("lib") + "/*";
    }

    private String jar(String module) {
        return home.resolve(module).resolve("target").resolve(module + ".jar").toString();
    }

    @Override
    public Map<String, String> environment(Replica replica) {
        return Map.of();
    }
}
