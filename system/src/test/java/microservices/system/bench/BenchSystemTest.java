package microservices.system.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import microservices.system.TestSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short run of the benchmark: all three systems start, take posts and have kept them. */
@Timeout(300)
class BenchSystemTest {

    @TempDir
    Path folder;

    @Test
    void measuresAllThree_andChecksWhatTheyHaveKept() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Bench bench = new Bench(TestSystem.HOME, folder, new PrintStream(out, true, StandardCharsets.UTF_8));
        boolean passed = bench.run(new Bench.Options("posts", 1, List.of(4)));

        String said = out.toString(StandardCharsets.UTF_8);
        assertTrue(passed, said);
        assertTrue(said.contains("Checked: what was acknowledged is logged once and held once."), said);
        JsonNode rows = new ObjectMapper()
                .readTree(folder.resolve("posts.json").toFile())
                .path("rows");
        assertEquals(3, rows.size(), said);
        for (JsonNode row : rows) {
            assertTrue(row.path("posts/s").asDouble() > 0, said);
            assertEquals(0, row.path("not kept").asInt(), said);
        }
        assertTrue(Files.readString(folder.resolve("posts.svg")).startsWith("<svg "));
    }
}
