package microservices.message;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a message's text may be. The facade and the logging replicas check it, so nothing else reaches a list. */
public final class MessageText {

    /** The longest text: 64 KiB, counted in bytes of UTF-8. */
    public static final int MAX_BYTES = 64 * 1024;

    /** The names of the parts of a line of the log. */
    private static final List<String> PARTS = List.of("text", "identifier");

    private static final BitSet UNSEEN = unseen();

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

    /**
     * The text as it stands in a line of the log, {@code text='…' identifier='…'}. What could forge a line or a part of
     * it, or hide one, is escaped: control characters, what turns the direction of writing or is not seen, and the names
     * of the line's parts where they look like the line's own.
     */
    public static String onOneLine(String text) {
        StringBuilder line = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int next = i + Character.charCount(c);
            if (forges(c) || c == '=' && looksLikeAPart(text, i)) {
                if (line == null) {
                    line = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                for (; i < next; i++) {
                    line.append(String.format(Locale.ROOT, "\\u%04x", (int) text.charAt(i)));
                }
            } else if (line != null) {
                line.appendCodePoint(c);
            }
            i = next;
        }
        return line == null ? text : line.toString();
    }

    private static boolean forges(int c) {
        return Character.isISOControl(c) || c > 0x7F && UNSEEN.get(c);
    }

    /** Whether this is the = of {@code text='} or {@code identifier='}, whose quotation mark may be the line's. */
    private static boolean looksLikeAPart(String text, int at) {
        boolean quoted = at + 1 == text.length() || text.charAt(at + 1) == '\'';
        return quoted
                && PARTS.stream()
                        .anyMatch(part -> text.regionMatches(true, at - part.length(), part, 0, part.length()));
    }

    /** Separators of lines, and what changes how others look without being seen; but for the joiners, which emoji need. */
    private static BitSet unseen() {
        BitSet unseen = new BitSet();
        IntStream.of(0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF).forEach(unseen::set);
        unseen.set(0x2028, 0x202F);
        unseen.set(0x2060, 0x2070);
        unseen.set(0xFFF9, 0xFFFC);
        unseen.set(0xE0000, 0xE0080);
        return unseen;
    }
}
