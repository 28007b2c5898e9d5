package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import microservices.system.TestSystem;
import microservices.system.local.Topology.Replica;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real services with the archives that the build makes. They stay there, and make the tests that follow quicker. */
@Timeout(240)
class ClassArchivesSystemTest {

    private static final Path HOME = TestSystem.HOME;

    @TempDir
    Path folder;

    @Test
    void replicasUseTheArchivesOfTheirServices_andSayNothingOfThem() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/maps")), "only Linux tells which files a process has mapped");
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.remove("HOST_IP");
        ClassArchives.make(HOME, folder.resolve("recording"), environment);
        LocalSystem system = new LocalSystem(
                HOME, folder.resolve("system"), new Topology(1, 1, 1, LocalSystem.freeOffset()), environment);
        try {
            system.prepare();
            system.startAll(Duration.ofSeconds(60));

            for (Replica replica : system.replicas()) {
                long pid = system.process(replica).orElseThrow().pid();
                String archive = replica.service().module() + "/target/"
                        + replica.service().module() + "-";
                try (Stream<String> mapped = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
                    assertTrue(
                            mapped.anyMatch(line -> line.contains(archive) && line.endsWith(".jsa")),
                            replica.name() + " has not mapped its archive");
                }
                assertEquals(List.of(), warnings(system.log(replica)));
            }
        } finally {
            system.kill(system.replicas());
        }
    }

    /** As of another Java, or on a full disk. */
    @Test
    void anArchiveOfNoUseIsPassedOver() throws Exception {
        Path home = folder.resolve("home");
        Path target = Files.createDirectories(home.resolve("facade/target"));
        Files.copy(HOME.resolve("facade/target/facade.jar"), target.resolve("facade.jar"));
        Files.createSymbolicLink(target.resolve("lib"), HOME.resolve("facade/target/lib"));
        Files.writeString(ClassArchives.archive(home, Service.FACADE), "no archive");
        List<String> options = ClassArchives.use(home, Service.FACADE);
        assertTrue(options.size() > 1, options.toString());

        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + HOME.resolve("system/jvm.options"));
        builder.command().addAll(options);
        builder.command().addAll(List.of("-jar", target.resolve("facade.jar").toString()));
        builder.environment().put("HTTP_PORT", "nonsense");
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(2, process.waitFor(), said);
        assertTrue(said.startsWith("The settings are wrong:"), said);
    }

    private static List<String> warnings(Path log) throws Exception {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("[warning]") || line.contains("[error]"))
                    .toList();
        }
    }
}
