package microservices.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.metrics.Metrics;

/**
 * What {@code GET /metrics} has answered, in Prometheus' text format 0.0.4, read strictly: every line is a sample, or says
 * what the samples under it are. {@link #check} asks Prometheus' own tool beside that, where it is installed.
 */
public final class MetricsText {

    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\]|\\\\[\\\\\"n])*\"";
    private static final Pattern ABOUT = Pattern.compile("# (HELP|TYPE) (" + NAME + ") (\\S.*)");
    private static final Pattern SAMPLE =
            Pattern.compile("(" + NAME + ")(?:\\{((?:" + LABEL + ",?)*)})? (NaN|[+-]Inf|[+-]?[0-9.]+(?:E-?[0-9]+)?)");
    private static final Pattern ONE_LABEL = Pattern.compile("([a-zA-Z_0-9]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary", "untyped");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    private final String text;
    private final Map<String, Map<Map<String, String>, Double>> samples = new HashMap<>();
    private final Set<String> names = new TreeSet<>();

    public MetricsText(String text) {
        this.text = text;
        assertTrue(text.endsWith("\n"), "the last line does not end");
        String family = "";
        String type = "";
        Set<String> families = new TreeSet<>();
        for (String line : text.substring(0, text.length() - 1).split("\n")) {
            Matcher about = ABOUT.matcher(line);
            if (about.matches()) {
                if (about.group(1).equals("HELP")) {
                    assertTrue(families.add(about.group(2)), "twice: " + line);
                } else {
                    assertTrue(TYPES.contains(about.group(3)), line);
                    assertTrue(families.contains(about.group(2)), "no help before: " + line);
                }
                family = about.group(2);
                type = about.group(3);
                continue;
            }
            Matcher sample = SAMPLE.matcher(line);
            assertTrue(sample.matches(), "not a sample: " + line);
            String name = sample.group(1);
            boolean parts = type.equals("histogram") || type.equals("summary");
            String rest = name.startsWith(family) ? name.substring(family.length()) : "?";
            assertTrue(
                    rest.isEmpty()
                            || parts && Set.of("_bucket", "_count", "_sum").contains(rest),
                    "stray: " + line);
            names.add(name);
            Double before = samples.computeIfAbsent(name, any -> new HashMap<>())
                    .put(labels(sample.group(2)), value(sample.group(3)));
            assertEquals(null, before, "twice: " + line);
        }
    }

    /** What they tell now. */
    public static MetricsText of(Metrics metrics) {
        return new MetricsText(new String(metrics.read(null).body(), StandardCharsets.UTF_8));
    }

    private static Map<String, String> labels(String list) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = ONE_LABEL.matcher(list == null ? "" : list);
        while (label.find()) {
            assertEquals(null, labels.put(label.group(1), label.group(2)), "a label twice in " + list);
        }
        return labels;
    }

    private static double value(String number) {
        return number.endsWith("Inf")
                ? (number.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
                : Double.parseDouble(number);
    }

    /** Fails unless it is what it is to be, and Prometheus' own {@code promtool} finds nothing to complain of. */
    public static void check(String text) throws IOException, InterruptedException {
        new MetricsText(text);
        if (Files.isExecutable(PROMTOOL)) {
            Process promtool = new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
                    .redirectErrorStream(true)
                    .start();
            try (var in = promtool.getOutputStream()) {
                in.write(text.getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(promtool.waitFor(10, TimeUnit.SECONDS), "promtool did not end");
            assertEquals("", said);
            assertEquals(0, promtool.exitValue());
        }
    }

    public String text() {
        return text;
    }

    /** Of its samples: {@code x_bucket} and not {@code x}. */
    public Set<String> names() {
        return names;
    }

    /**
     * The value of a sample.
     *
     * @param labels name and value by turns: all that it has
     * @throws IllegalStateException if there is none
     */
    public double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        Double value = samples.getOrDefault(name, Map.of()).get(wanted);
        if (value == null) {
            throw new IllegalStateException("there is no " + name + wanted);
        }
        return value;
    }
}
