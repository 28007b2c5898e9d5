package microservices.service;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads settings from environment variables and gathers what is wrong with them, so that all of it is said at once.
 * An empty or blank variable counts as not set.
 */
public final class Environment {

    /** Thrown by a reader of a value; says what was expected. */
    private static final class Unexpected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unexpected(String expected) {
            super(expected, null, false, false);
        }
    }

    private final Map<String, String> variables;
    private final List<String> faults = new ArrayList<>();

    public Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** A name of letters, digits, dots, dashes and underscores. */
    public String name(String variable, String otherwise) {
        return read(variable, otherwise, value -> {
            if (!value.matches("[A-Za-z0-9._-]+")) {
                throw new Unexpected("letters, digits, '.', '-' and '_'");
            }
            return value;
        });
    }

    /** One of the words given, which are in lower case; in the environment in any. */
    public String word(String variable, String otherwise, Set<String> words) {
        return read(variable, otherwise, value -> {
            String word = value.toLowerCase(Locale.ROOT);
            if (!words.contains(word)) {
                throw new Unexpected("one of " + words.stream().sorted().toList());
            }
            return word;
        });
    }

    /** A whole number between the two, both included. */
    public int number(String variable, int otherwise, int least, int most) {
        return read(variable, otherwise, value -> {
            try {
                int number = Integer.parseInt(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below, with the range
            }
            throw new Unexpected(most == Integer.MAX_VALUE ? ">= " + least : least + " to " + most);
        });
    }

    /** {@code QUEUE_CAPACITY}: how many messages may wait in the queue; the same on every member of its cluster. */
    public int queueCapacity() {
        return number("QUEUE_CAPACITY", 100_000, 1, Integer.MAX_VALUE);
    }

    /** A TCP port; 0 takes a free one. */
    public int port(String variable, int otherwise) {
        return number(variable, otherwise, 0, 65_535);
    }

    /** A host name or an IPv4 address, without a port. */
    public String host(String variable, String otherwise) {
        return read(variable, otherwise, Environment::host);
    }

    private static String host(String value) {
        if (!value.matches("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")) {
            throw new Unexpected("one host name or IPv4 address, without a port");
        }
        return value;
    }

    /**
     * A list of {@code host:port}, separated by commas. If the variable is not set, {@code DEFAULT_} and its name is
     * read in its place: there compose.yaml says which container names make the default.
     */
    public List<String> addresses(String variable, List<String> otherwise) {
        return listOr(variable, otherwise, value -> {
            String[] parts = value.split(":", -1);
            if (parts.length != 2 || !isPort(parts[1])) {
                throw new Unexpected("a list of host:port, separated by commas");
            }
            return host(parts[0]) + ":" + parts[1];
        });
    }

    /** A list of {@code http://host:port}, separated by commas; {@code DEFAULT_} as for {@link #addresses}. */
    public List<String> urls(String variable, List<String> otherwise) {
        return listOr(variable, otherwise, value -> {
            if (!value.matches("(?i:http)://[A-Za-z0-9][A-Za-z0-9._-]*:[0-9]{1,5}/?")) {
                throw new Unexpected("a list of http://host:port, separated by commas");
            }
            return "http" + value.substring(4, value.endsWith("/") ? value.length() - 1 : value.length());
        });
    }

    private static boolean isPort(String value) {
        return value.matches("[0-9]{1,5}") && Integer.parseInt(value) >= 1 && Integer.parseInt(value) <= 65_535;
    }

    private List<String> listOr(String variable, List<String> otherwise, Function<String, String> item) {
        Function<String, List<String>> list = value -> {
            List<String> items = Arrays.stream(value.split(","))
                    .map(String::strip)
                    .map(item)
                    .distinct()
                    .toList();
            if (items.isEmpty()) {
                throw new Unexpected("at least one");
            }
            return items;
        };
        return read(variable, read("DEFAULT_" + variable, otherwise, list), list);
    }

    private <T> T read(String variable, T otherwise, Function<String, T> reader) {
        String value = variables.getOrDefault(variable, "").strip();
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            return reader.apply(value);
        } catch (Unexpected e) {
            faults.add(variable + ": " + value + " (expected: " + e.getMessage() + ")");
            return otherwise;
        }
    }

    /**
     * To be called when all has been read.
     *
     * @throws IllegalArgumentException with a line for each value that was not as expected
     */
    public void check() {
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join(System.lineSeparator(), faults));
        }
    }
}
