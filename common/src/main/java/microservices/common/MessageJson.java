package microservices.common;

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
import java.util.List;
import java.util.Map;

/**
 * The JSON of the services, read strictly: what is not exactly as expected is a 400 that says what to send instead.
 * Nothing is coerced, no key is ignored, and nothing that was sent is echoed.
 */
public final class MessageJson {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String POST_SHAPE = "send {\"msg\":\"your text\"}";
    private static final String LOG_SHAPE = "send {\"id\":\"<uuid>\",\"msg\":\"text\"} or a list of these";

    private MessageJson() {}

    /**
     * The text of a client's post, {@code {"msg":"…"}}.
     *
     * @throws HttpError 400 or 413, see {@link MessageText#check}
     */
    public static String readPost(String body) {
        return read(body, POST_SHAPE, parser -> {
            parser.nextToken();
            return MessageText.check(
                    "msg", readFields(parser, POST_SHAPE, "msg").get("msg"));
        });
    }

    /**
     * One message, {@code {"id":"…","msg":"…"}}, or a list of them.
     *
     * @return at least one message, no id twice
     * @throws HttpError 400 or 413
     */
    public static List<Message> readMessages(String body) {
        return read(body, LOG_SHAPE, parser -> {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return List.of(readMessage(parser));
            }
            Map<String, Message> messages = new HashMap<>();
            List<Message> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                Message message = readMessage(parser);
                if (messages.put(message.id(), message) != null) {
                    throw HttpError.badRequest("the list has one id twice; " + LOG_SHAPE);
                }
                list.add(message);
            }
            if (list.isEmpty()) {
                throw HttpError.badRequest("the list is empty; " + LOG_SHAPE);
            }
            return list;
        });
    }

    private static Message readMessage(JsonParser parser) throws IOException {
        Map<String, String> fields = readFields(parser, LOG_SHAPE, "id", "msg");
        return new Message(MessageIds.check(fields.get("id")), MessageText.check("msg", fields.get("msg")));
    }

    /** One object whose keys are exactly those given, each with a string; the parser stands on its first token. */
    private static Map<String, String> readFields(JsonParser parser, String shape, String... keys) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw HttpError.badRequest("the body is " + kind(parser.currentToken()) + ", not an object; " + shape);
        }
        Map<String, String> fields = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (!List.of(keys).contains(key)) {
                throw HttpError.badRequest("the object has an unknown key; " + shape);
            }
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw HttpError.badRequest(key + " is " + kind(parser.currentToken()) + ", not a string; " + shape);
            }
            if (fields.put(key, parser.getText()) != null) {
                throw HttpError.badRequest("the object has " + key + " twice; " + shape);
            }
        }
        for (String key : keys) {
            if (!fields.containsKey(key)) {
                throw HttpError.badRequest("the object has no " + key + "; " + shape);
            }
        }
        return fields;
    }

    private interface Reading<T> {
        T from(JsonParser parser) throws IOException;
    }

    private static <T> T read(String body, String shape, Reading<T> reading) {
        if (body.isBlank()) {
            throw HttpError.badRequest("the body is empty; " + shape);
        }
        try (JsonParser parser = JSON.createParser(body)) {
            T result = reading.from(parser);
            if (parser.nextToken() != null) {
                throw HttpError.badRequest("something follows the JSON value; " + shape);
            }
            return result;
        } catch (JsonProcessingException e) {
            throw HttpError.badRequest("the body is not JSON; " + shape);
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

    /** {@code {"id":"…","msg":"…"}}. */
    public static byte[] write(Message message) {
        return write(json -> writeMessage(json, message));
    }

    /** A list of {@code {"id":"…","msg":"…"}}. */
    public static byte[] write(Collection<Message> messages) {
        return write(json -> {
            json.writeStartArray();
            for (Message message : messages) {
                writeMessage(json, message);
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

    /** A list of texts, written as it goes and not held in memory a second time. The stream stays open. */
    public static void writeTexts(Iterable<String> texts, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartArray();
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
        }
    }

    interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    static byte[] write(Writing writing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory: cannot happen
        }
        return out.toByteArray();
    }

    private static void writeMessage(JsonGenerator json, Message message) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", message.id());
        json.writeStringField("msg", message.text());
        json.writeEndObject();
    }
}
