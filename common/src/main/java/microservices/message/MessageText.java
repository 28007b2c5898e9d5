package microservices.message;

/** What a message's text may be. The facade and the logging replicas check it, so nothing else reaches a list. */
public final class MessageText {

    /** The longest text: 64 KiB, counted in bytes of UTF-8. */
    public static final int MAX_BYTES = 64 * 1024;

    private MessageText() {}

    /**
     * Returns the text if it may be a message.
     *
     * @param what how the caller knows the text, for the error: {@code msg} or {@code text}
     * @throws Refusal 400 if it is blank or not Unicode text, 413 if it is longer than {@link #MAX_BYTES}
     */
    public static String check(String what, String text) {
        if (text.isBlank()) {
            throw Refusal.badRequest(what + " is blank; send at least one visible character");
        }
        if (utf8Length(what, text) > MAX_BYTES) {
            throw Refusal.tooLarge(what + " is longer than 64 KiB of UTF-8; send it in several messages");
        }
        return text;
    }

    private static int utf8Length(String what, String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw Refusal.badRequest(what + " contains a NUL character; leave it out");
            } else if (c < 0x80) {
                bytes += 1;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw Refusal.badRequest(what + " contains half a surrogate pair; send whole characters");
            }
        }
        return bytes;
    }

    /** The text on one line: control characters are escaped, so that no text can forge a line of the log. */
    public static String onOneLine(String text) {
        if (text.chars().noneMatch(MessageText::breaksLine)) {
            return text;
        }
        StringBuilder line = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            if (breaksLine(c)) {
                line.append(String.format("\\u%04x", c));
            } else {
                line.append((char) c);
            }
        });
        return line.toString();
    }

    private static boolean breaksLine(int c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
