package microservices.http;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import microservices.message.Attempt;
import microservices.message.Message;
import microservices.message.MessageIds;
import microservices.message.MessageText;
import microservices.message.Refusal;
import microservices.service.Health;

/**
 * The JSON of the services, read strictly: what is not exactly as expected is a 400 that says what to send instead.
 * Nothing is coerced, no key is ignored, and nothing that was sent is echoed.
 */
public final class MessageJson {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String POST_SHAPE = "send {\"msg\":\"your text\"}";
    private static final String LOG_SHAPE =
            "send {\"id\":\"<uuid>\",\"msg\":\"text\"}, with or without \"key\":\"<uuid>\", or a list of these";

    private MessageJson() {}

    /**
     * The text of a client's post, {@code {"msg":"…"}}.
     *
     * @throws Refusal 400 or 413, see {@link MessageText#check}
     */
    public static String readPost(String body) {
        return read(body, POST_SHAPE, parser -> {
            parser.nextToken();
            return MessageText.check(
                    "msg",
                    readFields(parser, POST_SHAPE, List.of("msg"), List.of()).get("msg"));
        });
    }

    /**
     * One attempt to have a message kept, {@code {"id":"…","msg":"…"}} and perhaps a {@code "key"}, or a list of them.
     *
     * @return at least one, no id twice; a key may be there twice
     * @throws Refusal 400 or 413
     */
    public static List<Attempt> readAttempts(String body) {
        return read(body, LOG_SHAPE, parser -> {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return List.of(readAttempt(parser));
            }
            Set<String> ids = new HashSet<>();
            List<Attempt> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                Attempt attempt = readAttempt(parser);
                if (!ids.add(attempt.message().id())) {
                    throw Refusal.badRequest("the list has one id twice; " + LOG_SHAPE);
                }
                list.add(attempt);
            }
            if (list.isEmpty()) {
                throw Refusal.badRequest("the list is empty; " + LOG_SHAPE);
            }
            return list;
        });
    }

    /**
     * A page of the log, as {@link #writeAttempts} has written it; may be empty.
     *
     * @throws Refusal 400 if it is anything else
     */
    public static List<Message> readPage(String body) {
        return body.equals("[]")
                ? List.of()
                : readAttempts(body).stream().map(Attempt::message).toList();
    }

    private static Attempt readAttempt(JsonParser parser) throws IOException {
        Map<String, String> fields = readFields(parser, LOG_SHAPE, List.of("id", "msg"), List.of("key"));
        Optional<String> key = Optional.ofNullable(fields.get("key"));
        if (key.isPresent() && !MessageIds.isUuid(key.get())) {
            throw Refusal.badRequest("key is not a UUID; send 36 characters in lower case, or no key");
        }
        return new Attempt(
                new Message(MessageIds.check(fields.get("id")), MessageText.check("msg", fields.get("msg"))), key);
    }

    /** One object with all those keys, and some of the optional, each with a string; the parser stands on its start. */
    private static Map<String, String> readFields(
            JsonParser parser, String shape, List<String> keys, List<String> optional) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw Refusal.badRequest("the body is " + kind(parser.currentToken()) + ", not an object; " + shape);
        }
        Map<String, String> fields = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (!keys.contains(key) && !optional.contains(key)) {
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
     * What {@link #writeIds} has written, from another replica of ours: anything else is a bug.
     *
     * @throws IllegalStateException if it is not a list of that many UUIDs or nulls
     */
    public static List<Optional<String>> readIds(byte[] json, int count) {
        List<Optional<String>> ids = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            boolean list = parser.nextToken() == JsonToken.START_ARRAY;
            while (list && parser.nextToken() != JsonToken.END_ARRAY) {
                boolean none = parser.currentToken() == JsonToken.VALUE_NULL;
                ids.add(none ? Optional.empty() : Optional.of(MessageIds.check(parser.getText())));
            }
            if (list && ids.size() == count && parser.nextToken() == null) {
                return ids;
            }
        } catch (IOException | Refusal e) {
            throw new IllegalStateException("a replica has not answered with ids", e);
        }
        throw new IllegalStateException("a replica has not answered with a list of " + count + " ids");
    }

    /** A list of ids, with null where there is none. */
    public static byte[] writeIds(List<Optional<String>> ids) {
        return write(json -> {
            json.writeStartArray();
            for (Optional<String> id : ids) {
                json.writeString(id.orElse(null)); // writes null as null
            }
            json.writeEndArray();
        });
    }

    /** {@code {"id":"…","msg":"…"}}. */
    public static byte[] write(Message message) {
        return write(json -> writeObject(json, message, Optional.empty()));
    }

    /** A list of {@code {"id":"…","msg":"…"}}, with {@code "key"} where there is one. */
    public static byte[] writeAttempts(Collection<Attempt> attempts) {
        return write(json -> {
            json.writeStartArray();
            for (Attempt attempt : attempts) {
                writeObject(json, attempt.message(), attempt.key());
            }
            json.writeEndArray();
        });
    }

    /** {@code {"error":"…"}}. */
    public static byte[] writeError(String error) {
        return write(json -> {
            json.writeStartObject();
            json.writeStringField("error", error);
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
            json.writeArrayFieldStart("missing");
            for (String sentence : health.missing()) {
                json.writeString(sentence);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** A list of texts, written as it goes and not held in memory a second time. The stream stays open. */
    public static void writeTexts(Iterable<String> texts, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            // A list that fails in the middle must not look like a whole one.
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            json.writeStartArray();
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
        }
    }

    /** What is written. */
    public interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    /** What a writing writes, as bytes. */
    public static byte[] write(Writing writing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory: cannot happen
        }
        return out.toByteArray();
    }

    private static void writeObject(JsonGenerator json, Message message, Optional<String> key) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", message.id());
        json.writeStringField("msg", message.text());
        if (key.isPresent()) {
            json.writeStringField("key", key.get());
        }
        json.writeEndObject();
    }
}
