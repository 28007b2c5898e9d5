package microservices.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Texts as JSON strings in UTF-8, the form in which they are kept, copied and read back. */
public final class JsonText {

    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    private JsonText() {}

    /** The text as a JSON string, quotation marks included. */
    public static byte[] encode(String text) {
        byte[] escaped = ENCODER.quoteAsUTF8(text);
        byte[] encoded = new byte[escaped.length + 2];
        encoded[0] = '"';
        System.arraycopy(escaped, 0, encoded, 1, escaped.length);
        encoded[encoded.length - 1] = '"';
        return encoded;
    }

    /**
     * The texts of a JSON list of strings.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static List<String> decodeList(byte[] list) {
        List<String> texts = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(list)) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.VALUE_STRING) {
                    texts.add(parser.getText());
                }
                if (parser.currentToken() == JsonToken.END_ARRAY && parser.nextToken() == null) {
                    return texts;
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
        throw new IllegalArgumentException("not a JSON list of strings");
    }
}
