package microservices.system.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a replica over HTTP, mostly for its health; within some seconds. */
final class HealthProbe {

    private static final Pattern MISSING = Pattern.compile("\"missing\":\\[(.*?)]");
    private static final Pattern MEMBERS = Pattern.compile("\"members\":\"([^\"]*)\"");
    private static final Pattern OWNER = Pattern.compile("\"queueOwner\":\"([^\"]+)\"");
    private static final Pattern HELD = Pattern.compile("\"messages\":\"(\\d+)\"");
    private static final int CONNECT_MILLIS = 1_000;
    /** A facade asks the logging replicas in turn, and they their cluster. */
    private static final int READ_MILLIS = 9_000;

    private HealthProbe() {}

    /** What the replica is missing, in words; empty if it is healthy. */
    static String missing(String host, int port) {
        try {
            Answer answer = ask(host, port);
            if (answer.status() == 200) {
                return "";
            }
            Matcher missing = MISSING.matcher(answer.body());
            return missing.find() ? missing.group(1).replace("\",\"", ", ").replace("\"", "") : "not healthy";
        } catch (IOException e) {
            return "it does not answer yet";
        }
    }

    /** Which replicas it sees in its cluster, healthy or not; none if it does not say. */
    static Set<String> members(String host, int port) {
        return fact(MEMBERS, host, port)
                .map(members -> Set.of(members.split(", ")))
                .orElse(Set.of());
    }

    /** The name of the replica that owns the queue, as a facade says; empty if it does not say. */
    static Optional<String> queueOwner(String host, int port) {
        return fact(OWNER, host, port);
    }

    /** How many messages a messages replica holds; 0 if it does not say. */
    static int held(String host, int port) {
        return fact(HELD, host, port).map(Integer::parseInt).orElse(0);
    }

    private static Optional<String> fact(Pattern pattern, String host, int port) {
        try {
            Matcher fact = pattern.matcher(ask(host, port).body());
            return fact.find() ? Optional.of(fact.group(1)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The body of a 200; empty if there is none. */
    static Optional<String> body(String host, int port, String path, Duration patience) {
        try {
            Answer answer = ask(host, port, path, (int) patience.toMillis());
            return answer.status() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private record Answer(int status, String body) {}

    private static Answer ask(String host, int port) throws IOException {
        return ask(host, port, "/health/ready", READ_MILLIS);
    }

    private static Answer ask(String host, int port, String path, int readMillis) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create("http://" + host + ":" + port + path)
                .toURL()
                .openConnection(Proxy.NO_PROXY); // whatever proxy the JVM is told of
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(readMillis);
        int status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
