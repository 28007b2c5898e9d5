package microservices.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dashboard that compose.yaml gives to Grafana. */
final class Dashboard {

    static final Path MONITORING = TestSystem.HOME.resolve("system/monitoring");

    private static final Path FILE = MONITORING.resolve("grafana/message-service.json");

    /** What stands in quotes is a label's value, what stands behind {@code by} its name. */
    private static final Pattern NO_METRIC = Pattern.compile("\"[^\"]*\"|by \\([^)]*\\)|[a-z_]+=");

    private static final Pattern METRIC = Pattern.compile("[a-z]+_[a-z_]+(?!\\w*\\()");

    private Dashboard() {}

    /** What its panels ask for, in Prometheus' language. */
    static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        for (JsonNode query : new ObjectMapper().readTree(FILE.toFile()).findValues("expr")) {
            queries.add(query.asText());
        }
        return queries;
    }

    /** The names of the metrics in them. */
    static Set<String> metrics() throws IOException {
        Set<String> metrics = new TreeSet<>();
        for (String query : queries()) {
            Matcher metric = METRIC.matcher(NO_METRIC.matcher(query).replaceAll(" "));
            while (metric.find()) {
                metrics.add(metric.group());
            }
        }
        metrics.remove("histogram_quantile");
        return metrics;
    }
}
