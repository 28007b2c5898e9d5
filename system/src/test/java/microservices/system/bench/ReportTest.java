package microservices.system.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

class ReportTest {

    private final Report report = new Report("Posts");

    @Test
    void isATable_withAsManyDigitsAsMakeSense() {
        report.row("connections", 1, "", "system", "posts/s", 12_345.678, "p50", 0.12345);
        report.row("connections", 256, "", "ceiling", "posts/s", 9.0, "p50", 12.345);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        report.print(new PrintStream(out, true, StandardCharsets.UTF_8));

        assertEquals(
                List.of(
                        "",
                        "Posts",
                        "connections           posts/s   p50",
                        "          1  system    12,346  0.12",
                        "        256  ceiling      9.0  12.3"),
                out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void isWrittenAsJson(@TempDir Path folder) throws IOException {
        report.row("connections", 1, "posts/s", 12_345.678);
        report.write(folder.resolve("new").resolve("posts.json"), Map.of("cores", 2));

        JsonNode json = new ObjectMapper()
                .readTree(folder.resolve("new").resolve("posts.json").toFile());
        assertEquals("Posts", json.path("title").asText());
        assertEquals(2, json.path("cores").asInt());
        assertEquals(12_346, json.path("rows").path(0).path("posts/s").asInt());
    }

    @Test
    void thePictureIsXml_withABarForEachNumber() throws Exception {
        String svg = Picture.of("Posts", Map.of("1 & more", Map.of("system", 10.0, "ceiling", 40.0)));
        NodeList bars = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName("rect");

        assertEquals(4, bars.getLength(), "two of the legend");
        assertTrue(svg.contains(">40<"), svg);
    }

    @Test
    void medians() {
        assertEquals(2, Statistics.median(List.of(9.0, 1.0, 2.0)));
        assertEquals(1.5, Statistics.median(List.of(2.0, 1.0)));
    }
}
