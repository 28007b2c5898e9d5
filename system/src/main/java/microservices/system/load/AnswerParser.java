package microservices.system.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the answers of the services: lists of texts, and the two lists of a facade. */
final class AnswerParser {

    private static final JsonFactory JSON = new JsonFactory();

    private AnswerParser() {}

    /** {@code ["a","b"]}. */
    static List<String> parseList(byte[] json) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            List<String> list = readList(parser);
            expect(null, parser.nextToken());
            return list;
        }
    }

    /** {@code [["a","b"],["c"]]}. */
    static List<List<String>> parseBoth(byte[] json) throws IOException {
        try (JsonParser parser = JSON.createParser(json)) {
            expect(JsonToken.START_ARRAY, parser.nextToken());
            parser.nextToken();
            List<String> log = readList(parser);
            parser.nextToken();
            List<String> held = readList(parser);
            expect(JsonToken.END_ARRAY, parser.nextToken());
            expect(null, parser.nextToken());
            return List.of(log, held);
        }
    }

    /** The text of a field of an object as {@code {"id":"…","msg":"…"}}; empty if there is none, or it is no such object. */
    static Optional<String> parseField(byte[] json, String field) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(field);
                JsonToken value = parser.nextToken();
                if (wanted) {
                    return value == JsonToken.VALUE_STRING ? Optional.of(parser.getText()) : Optional.empty();
                }
                parser.skipChildren();
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> readList(JsonParser parser) throws IOException {
        expect(JsonToken.START_ARRAY, parser.currentToken());
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.VALUE_STRING, parser.currentToken());
            texts.add(parser.getText());
        }
        return texts;
    }

    private static void expect(JsonToken expected, JsonToken found) throws IOException {
        if (found != expected) {
            throw new IOException("expected " + expected + ", found " + found);
        }
    }
}
