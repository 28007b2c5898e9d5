package microservices.http;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.message.Refusal;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** A request's body, which {@link WholeBodyHandler} has read, or by {@link Refusal} why it is not taken. */
public final class RequestBody {

    /** The type of what replicas send one another. */
    public static final String BINARY = "application/octet-stream";

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+";
    private static final String SPACE = "[ \t]*";
    /** A type, in lower case, and its parameters, whose values may be quoted. */
    private static final Pattern TYPE = Pattern.compile("(" + TOKEN + "/" + TOKEN + ")((?:" + SPACE + ";" + SPACE
            + "(?:" + TOKEN + "=(?:" + TOKEN + "|\"[^\"\\\\]*\"))?)*+)" + SPACE);

    private static final Pattern PARAMETER =
            Pattern.compile(";" + SPACE + "(?:(" + TOKEN + ")=(" + TOKEN + "|\"[^\"]*\"))?");

    private RequestBody() {}

    /**
     * The body as text, without the mark that some editors put before UTF-8.
     *
     * @param limit the most bytes
     * @throws Refusal 415 if the body says that it is neither JSON nor what curl calls a form, or is encoded; 413 if
     *     it is longer than the limit; 400 if it is not UTF-8; 408 if it stopped coming; 503 if the bodies under way took
     *     all the memory that there is for them
     */
    public static String readText(Request request, int limit) {
        if (isEmpty(request)) {
            return ""; // whatever type it is said to have
        }
        checkType(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(read(request, limit)))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw Refusal.badRequest("the body is not valid UTF-8; send JSON in UTF-8");
        }
    }

    /** The same of a request that Javalin answers. */
    public static String readText(Context request, int limit) {
        return readText(jettys(request), limit);
    }

    private static Request jettys(Context request) {
        return ServletContextRequest.getServletContextRequest(request.req());
    }

    private static boolean isEmpty(Request request) {
        Object body = request.getAttribute(WholeBodyHandler.BODY);
        return body == null || body instanceof byte[] bytes && bytes.length == 0;
    }

    /** Whether the body is said to be {@link #BINARY}. */
    public static boolean isBinary(Context request) {
        return BINARY.equals(request.header("Content-Type"));
    }

    /**
     * The body as bytes.
     *
     * @throws Refusal as {@link #readText}
     */
    public static byte[] readBinary(Context request, int limit) {
        if (!isBinary(request)) {
            throw Refusal.of(415, "the body's Content-Type is not " + BINARY + "; send what a facade sends");
        }
        return read(jettys(request), limit);
    }

    private static byte[] read(Request request, int limit) {
        checkEncoding(request.getHeaders().get(HttpHeader.CONTENT_ENCODING));
        Object body = request.getAttribute(WholeBodyHandler.BODY);
        if (body instanceof Refusal why) {
            throw why;
        }
        byte[] bytes = body == null ? new byte[0] : (byte[]) body;
        if (bytes.length > limit) {
            throw longerThan(limit);
        }
        return bytes;
    }

    static Refusal longerThan(int limit) {
        return Refusal.tooLarge("the body is longer than " + limit + " bytes; send less at once");
    }

    private static void checkEncoding(String encoding) {
        if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
            throw Refusal.of(415, "the body has a Content-Encoding; send plain JSON without one");
        }
    }

    private static void checkType(String header) {
        if (header == null || header.isBlank() || header.equals("application/json")) {
            return;
        }
        Matcher type = TYPE.matcher(header.strip().toLowerCase(Locale.ROOT));
        if (!type.matches() || !isJson(type.group(1))) {
            throw Refusal.of(415, "the body's Content-Type is not JSON; send application/json");
        }
        Matcher parameter = PARAMETER.matcher(type.group(2));
        while (parameter.find()) {
            if ("charset".equals(parameter.group(1)) && !isUtf8(parameter.group(2))) {
                throw Refusal.of(415, "the body's charset is not UTF-8; send UTF-8");
            }
        }
    }

    private static boolean isUtf8(String charset) {
        String name = charset.replace("\"", "");
        return name.equals("utf-8") || name.equals("utf8");
    }

    /** What curl sends unless it is told what is JSON too. */
    private static boolean isJson(String type) {
        return type.equals("application/json")
                || type.equals("application/x-www-form-urlencoded")
                || type.startsWith("application/") && type.endsWith("+json");
    }
}
