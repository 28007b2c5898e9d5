package microservices.http;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import microservices.message.Refusal;
import microservices.service.Health;

/**
 * The JSON of the services, read strictly: what is not exactly as expected is a 400 that says what to send instead.
 * Nothing is coerced, no key is ignored, and nothing that was sent is echoed.
 */
public final class Json {

    private static final JsonFactory JSON = new JsonFactory();

    private Json() {}

    /**
     * Reads an object that has these keys and no others, each with a string.
     *
     * @param shape what to send, for the error
     * @throws Refusal 400 if it is anything else
     */
    public static Map<String, String> readObject(String body, String shape, Set<String> keys) {
        return read(body, shape, parser -> {
            parser.nextToken();
            return fields(parser, shape, keys);
        });
    }

    /**
     * Reads such an object, or a list of them.
     *
     * @return at least one
     * @throws Refusal 400 if it is anything else
     */
    public static List<Map<String, String>> readObjects(String body, String shape, Set<String> keys) {
        return read(body, shape, parser -> {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return List.of(fields(parser, shape, keys));
            }
            List<Map<String, String>> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(fields(parser, shape, keys));
            }
            if (list.isEmpty()) {
                throw Refusal.badRequest("the list is empty; " + shape);
            }
            return list;
        });
    }

    /** The parser stands on the object's start. */
    private static Map<String, String> fields(JsonParser parser, String shape, Set<String> keys) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw Refusal.badRequest("the body is " + kind(parser.currentToken()) + ", not an object; " + shape);
        }
        Map<String, String> fields = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (!keys.contains(key)) {
                throw Refusal.badRequest("the object has an unknown key; " + shape);
            }
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw Refusal.badRequest(key + " is " + kind(parser.currentToken()) + ", not a string; " + shape);
            }
            if (fields.put(key, parser.getText()) != null) {
                throw Refusal.badRequest("the object has " + key + " twice; " + shape);
            }
        }
        for (String key : keys) {
            if (!fields.containsKey(key)) {
                throw Refusal.badRequest("the object has no " + key + "; " + shape);
            }
        }
        return fields;
    }

    private interface Reading<T> {
        T from(JsonParser parser) throws IOException;
    }

    private static <T> T read(String body, String shape, Reading<T> reading) {
        if (body.isBlank()) {
            throw Refusal.badRequest("the body is empty; " + shape);
        }
        try (JsonParser parser = JSON.createParser(body)) {
            T result = reading.from(parser);
            if (parser.nextToken() != null) {
                throw Refusal.badRequest("something follows the JSON value; " + shape);
            }
            return result;
        } catch (JsonProcessingException e) {
            throw Refusal.badRequest("the body is not JSON; " + shape);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // reading from a String: cannot happen
        }
    }

    private static String kind(JsonToken token) {
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_ARRAY -> "a list";
            case START_OBJECT -> "an object";
            case VALUE_NULL -> "null";
            case VALUE_STRING -> "a string";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            default -> "a number";
        };
    }

    /**
     * {@code {"error":"…","written":"nothing"}}, or {@code "unknown"}.
     *
     * @param nothingWritten whether it is certain that nothing of the request was written
     */
    static byte[] writeError(String error, boolean nothingWritten) {
        return write(json -> {
            json.writeStartObject();
            json.writeStringField("error", error);
            json.writeStringField("written", nothingWritten ? "nothing" : "unknown");
            json.writeEndObject();
        });
    }

    /** What {@code GET /health} answers. */
    static byte[] writeHealth(String replica, Health health) {
        return write(json -> {
            json.writeStartObject();
            json.writeStringField("replica", replica);
            json.writeBooleanField("healthy", health.healthy());
            for (Map.Entry<String, String> fact : health.facts().entrySet()) {
                json.writeStringField(fact.getKey(), fact.getValue());
            }
            writeMissing(json, health.missing());
            json.writeEndObject();
        });
    }

    /** The field that says what is missing, one sentence each. */
    public static void writeMissing(JsonGenerator json, List<String> missing) throws IOException {
        json.writeArrayFieldStart("missing");
        for (String sentence : missing) {
            json.writeString(sentence);
        }
        json.writeEndArray();
    }

    /** Writes one value. */
    public interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    /** What an answer is made of. */
    public static byte[] write(Writing writing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory: cannot happen
        }
        return out.toByteArray();
    }
}
