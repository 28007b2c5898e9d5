package microservices.live;

import java.net.URI;

/**
 * Where a replica is.
 *
 * @param name its name, or its URL as long as it has not told its name
 * @param url as http://host:port
 */
public record Place(Kind kind, String name, String url) {

    /** In the order in which they are shown. */
    public enum Kind {
        FACADE,
        LOGGING,
        MESSAGES
    }

    String host() {
        return URI.create(url).getHost();
    }

    int port() {
        return URI.create(url).getPort();
    }
}
