package microservices.system;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a replica for its health, within some seconds. */
final class HealthProbe {

    private static final Pattern MISSING = Pattern.compile("\"missing\":\\[(.*?)]");
    private static final int CONNECT_MILLIS = 1_000;
    /** A facade asks the logging replicas in turn, and they their cluster. */
    private static final int READ_MILLIS = 9_000;

    private HealthProbe() {}

    /** What the replica is missing, in words; empty if it is healthy. */
    static String missing(String host, int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://" + host + ":" + port + "/health")
                    .toURL()
                    .openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            if (connection.getResponseCode() == 200) {
                return "";
            }
            try (InputStream body = connection.getErrorStream()) {
                Matcher missing = MISSING.matcher(new String(body.readAllBytes(), StandardCharsets.UTF_8));
                return missing.find() ? missing.group(1).replace("\"", "") : "not healthy";
            }
        } catch (IOException e) {
            return "it does not answer yet";
        }
    }
}
