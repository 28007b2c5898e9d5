package microservices.system.local;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a system is told by the environment of the terminal that starts it, and keeps: a replica that is started again
 * from another terminal has the same limits as its peers.
 *
 * @param values only of variables that are set, and not to blanks
 */
record Settings(Map<String, String> values) {

    private static final String USUAL_HEAP = "256m";

    /** The variables that the services read, and those by which every JVM takes options. */
    static final List<String> NAMES = List.of(
            "HOST_IP",
            "ADVERTISED_HOST",
            "LOGGING_PEERS",
            "QUEUE_PEERS",
            "LOGGING_URLS",
            "MINIMUM_MEMBERS",
            "QUEUE_CAPACITY",
            "MAX_REQUESTS",
            "LOG_LEVEL",
            "LIVE_PAGE",
            "HEAP",
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "_JAVA_OPTIONS");

    static Settings of(Map<String, String> environment) {
        Map<String, String> values = new TreeMap<>();
        for (String name : NAMES) {
            String value = environment.getOrDefault(name, "").strip();
            if (!value.isEmpty()) {
                values.put(name, value);
            }
        }
        return new Settings(Map.copyOf(values));
    }

    /** That environment with these settings, and none of its own. */
    Map<String, String> in(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        NAMES.forEach(all::remove);
        all.putAll(values);
        return all;
    }

    /** What is set otherwise there, in the order of its names. */
    Map<String, String> otherwiseIn(Map<String, String> environment) {
        Map<String, String> others = new TreeMap<>(of(environment).values());
        others.entrySet().removeAll(values.entrySet());
        return others;
    }

    /** The size of a heap as the JVM takes it. */
    static String heap(Map<String, String> environment) {
        String heap = environment.getOrDefault("HEAP", "").strip();
        return heap.isEmpty() ? USUAL_HEAP : heap;
    }

    /** What is wrong in an environment, where a JVM would say little; empty if nothing is. */
    static Optional<String> fault(Map<String, String> environment) {
        String heap = heap(environment);
        return heap.matches("[0-9]{1,15}[kKmMgG]?")
                ? Optional.empty()
                : Optional.of("HEAP: " + heap + " (expected: a size such as 256m or 1g)");
    }
}
