package microservices.facade;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import microservices.message.MessageText;
import microservices.message.Refusal;

/**
 * Reads {@code text=…} out of a query, strictly: servlet parameters would replace what is not UTF-8, and take the
 * first of two.
 */
final class QueryText {

    private static final String SHAPE = "send /message?text=your+text, percent-encoded UTF-8";

    /** What Jetty puts in the place of raw bytes that are not UTF-8, so that one that was sent raw cannot be told. */
    private static final char REPLACEMENT = '\ufffd';

    private QueryText() {}

    /**
     * The text.
     *
     * @param query as it came, without the question mark; null if there is none
     * @throws Refusal 400 if there is not exactly one text or it is badly encoded; else see {@link MessageText}
     */
    static String read(String query) {
        String text = null;
        for (String parameter : query == null ? new String[0] : query.split("&")) {
            String[] parts = parameter.split("=", 2);
            if (!parts[0].equals("text")) {
                throw Refusal.badRequest("the query has something other than text; " + SHAPE);
            }
            if (text != null) {
                throw Refusal.badRequest("the query has text twice; " + SHAPE);
            }
            text = decode(parts.length == 2 ? parts[1] : "");
        }
        if (text == null || text.isEmpty()) {
            throw Refusal.badRequest("the query has no text; " + SHAPE);
        }
        return MessageText.check("text", text);
    }

    private static String decode(String encoded) {
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length() * 3);
        for (int i = 0; i < encoded.length(); ) {
            int c = encoded.codePointAt(i);
            if (c == '%') {
                bytes.put(hexByte(encoded, i + 1));
                i += 3;
                continue;
            }
            if (c == REPLACEMENT) {
                throw Refusal.badRequest(
                        "the text is not valid UTF-8, or has U+FFFD without percent-encoding; " + SHAPE);
            }
            if (Character.getType(c) == Character.SURROGATE) {
                throw Refusal.badRequest("the text contains half a surrogate pair; " + SHAPE);
            }
            bytes.put(c == '+' ? new byte[] {' '} : Character.toString(c).getBytes(StandardCharsets.UTF_8));
            i += Character.charCount(c);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw Refusal.badRequest("the text is not valid UTF-8; " + SHAPE);
        }
    }

    private static byte hexByte(String encoded, int start) {
        if (start + 2 <= encoded.length()) {
            char high = encoded.charAt(start);
            char low = encoded.charAt(start + 1);
            if (HexFormat.isHexDigit(high) && HexFormat.isHexDigit(low)) {
                return (byte) (HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
            }
        }
        throw Refusal.badRequest("a % in the text is not followed by two hexadecimal digits; " + SHAPE);
    }
}
