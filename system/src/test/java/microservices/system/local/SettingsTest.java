package microservices.system.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Path MANUAL = Path.of("..", "docs", "operating.md");

    /** Each replica's own, and what has no meaning for a replica. */
    private static final Set<String> NOT_KEPT = Set.of("REPLICA", "HTTP_PORT", "MEMBER_PORT", "MEMORY", "RUN_FOLDER");

    @Test
    void keepsEverySettingOfTheManual() throws Exception {
        Set<String> settings = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|")
                .matcher(Files.readString(MANUAL))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(settings.contains("HEAP"), settings.toString());
        settings.removeAll(NOT_KEPT);
        settings.removeAll(Settings.NAMES);
        assertEquals(Set.of(), settings);
    }

    @Test
    void replacesWhatAnotherTerminalHas() {
        Settings settings = Settings.of(Map.of("HEAP", "300m", "LOG_LEVEL", " ", "HOME", "/a"));
        assertEquals(Map.of("HEAP", "300m"), settings.values());
        assertEquals(
                Map.of("HEAP", "300m", "HOME", "/b"),
                settings.in(Map.of("HEAP", "64m", "QUEUE_CAPACITY", "7", "HOME", "/b")));
    }

    @Test
    void tellsWhatIsSetOtherwise() {
        Settings settings = Settings.of(Map.of("HEAP", "300m", "LOG_LEVEL", "info"));
        assertEquals(
                Map.of("HEAP", "64m", "QUEUE_CAPACITY", "7"),
                settings.otherwiseIn(Map.of("HEAP", "64m", "QUEUE_CAPACITY", "7", "LOG_LEVEL", "info")));
        assertEquals(Map.of(), settings.otherwiseIn(Map.of("HOME", "/b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "256m", "1G", "300000k", "268435456"})
    void takesSizesOfHeaps(String heap) {
        assertEquals(Optional.empty(), Settings.fault(Map.of("HEAP", heap)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lots", "256 m", "256mb", "-1m", "1.5g"})
    void saysWhatIsExpected_whenAHeapIsNoSize(String heap) {
        assertEquals(
                Optional.of("HEAP: " + heap + " (expected: a size such as 256m or 1g)"),
                Settings.fault(Map.of("HEAP", heap)));
    }
}
