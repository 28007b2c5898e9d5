package microservices.system.local;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import microservices.system.local.Topology.Replica;

/**
 * What a JVM has worked out of a service's classes, kept beside its jar, so that the service starts in half the time: a
 * class-data archive, and from Java 25 on an ahead-of-time cache. It is used only by the same Java, with the same jars;
 * otherwise a service starts as without it.
 */
public final class ClassArchives {

    /** From here on a JVM keeps profiles of methods as well, and makes its cache in one step. */
    private static final int AHEAD_OF_TIME = 25;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int POSTS = 300;

    private ClassArchives() {}

    /** The options by which a JVM of this Java takes a service's archive; none if there is none of these jars. */
    static List<String> use(Path home, Service service) {
        Path archive = archive(home, service);
        if (!isNewerThanTheJars(archive, service)) {
            return List.of();
        }
        return isAheadOfTime()
                ? List.of("-XX:AOTCache=" + archive, "-Xlog:aot=off")
                : List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }

    /** With an ahead-of-time cache a JVM does not look at the jars: after a build it would run what they were before. */
    private static boolean isNewerThanTheJars(Path archive, Service service) {
        long made = archive.toFile().lastModified(); // 0 if there is none
        File jar = archive.resolveSibling(service.module() + ".jar").toFile();
        File[] libraries = archive.resolveSibling("lib").toFile().listFiles();
        return libraries != null
                && jar.lastModified() <= made
                && Arrays.stream(libraries).allMatch(library -> library.lastModified() <= made);
    }

    private static boolean isAheadOfTime() {
        return Runtime.version().feature() >= AHEAD_OF_TIME;
    }

    static Path archive(Path home, Service service) {
        String java = System.getProperty("java.vm.version").replaceAll("[^A-Za-z0-9.+-]", "-");
        return home.resolve(service.module()).resolve("target").resolve(service.module() + "-" + java + ".jsa");
    }

    /**
     * Makes the archives for this Java: a small system starts, takes some messages, is read, and stops.
     *
     * @param folder for that system's logs
     */
    public static void make(Path home, Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        for (Service service : Service.values()) {
            Files.deleteIfExists(archive(home, service));
        }
        Topology topology = new Topology(1, 1, 1, LocalSystem.freeOffset());
        // Whatever the services are told here, this system has the usual settings.
        Map<String, String> usual = Settings.of(Map.of()).in(environment);
        LocalSystem system = new LocalSystem(home, folder, topology, usual, new Recording(home));
        Runtime.getRuntime().addShutdownHook(new Thread(system::abort, "shutdown"));
        try {
            system.prepare();
            system.startAll(LIMIT);
            use(system);
            system.stop(system.replicas());
        } finally {
            system.abort();
        }
    }

    private static void use(LocalSystem system) throws IOException {
        Replica facade = system.topology().replicas(Service.FACADE).get(0);
        for (int i = 0; i < POSTS; i++) {
            HttpURLConnection post = open(system, facade, "/");
            post.setDoOutput(true);
            post.getOutputStream().write(("{\"msg\":\"m" + i + "\"}").getBytes(StandardCharsets.US_ASCII));
            post.getInputStream().readAllBytes();
        }
        for (Replica replica : system.replicas()) {
            open(system, facade, "/").getInputStream().readAllBytes();
            open(system, replica, "/metrics").getInputStream().readAllBytes();
        }
    }

    private static HttpURLConnection open(LocalSystem system, Replica replica, String path) throws IOException {
        return (HttpURLConnection)
                URI.create(system.url(replica) + path).toURL().openConnection(Proxy.NO_PROXY);
    }

    /** Has each replica's JVM write an archive when it ends. */
    private record Recording(Path home) implements Placement {

        @Override
        public String host(Replica replica) {
            return "127.0.0.1";
        }

        @Override
        public List<String> command(Replica replica, List<String> java) {
            Path archive = archive(home, replica.service());
            List<String> command = new ArrayList<>(java);
            command.add(1, isAheadOfTime() ? "-XX:AOTCacheOutput=" + archive : "-XX:ArchiveClassesAtExit=" + archive);
            return command;
        }

        @Override
        public Map<String, String> environment(Replica replica) {
            return Map.of();
        }
    }
}
