package microservices.logging;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads the log as a client does. */
final class Logs {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Logs() {}

    /** All texts, as a reading of this moment lists them. */
    static List<String> texts(LogStore store) {
        return texts(store.reader());
    }

    static List<String> texts(LogReader reader) {
        try (LogReader.Listing listing = reader.open()) {
            return texts(listing);
        }
    }

    static List<String> texts(LogReader.Listing listing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            listing.writeTo(out);
            return List.of(JSON.readValue(out.toByteArray(), String[].class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
