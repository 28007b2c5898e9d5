package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassArchivesTest {

    @TempDir
    Path home;

    /** A JVM with Java 25 would run the classes of the archive, and not those of the jar. */
    @ParameterizedTest
    @ValueSource(strings = {"facade.jar", "lib/common.jar"})
    void anArchiveIsUsedNoMore_onceAJarIsBuiltAfterIt(String jar) throws Exception {
        Path target = home.resolve("facade/target");
        Files.createDirectories(target.resolve("lib"));
        for (String name : List.of("facade.jar", "lib/common.jar")) {
            assertTrue(Files.createFile(target.resolve(name)).toFile().setLastModified(1_000));
        }
        Path archive = Files.createFile(ClassArchives.archive(home, Service.FACADE));
        assertTrue(archive.toFile().setLastModified(2_000));
        assertNotEquals(List.of(), ClassArchives.use(home, Service.FACADE));

        assertTrue(target.resolve(jar).toFile().setLastModified(3_000));

        assertEquals(List.of(), ClassArchives.use(home, Service.FACADE));
    }
}
