package microservices.live;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page itself, one file with its script and its style. A browser runs these two, which it knows by their hashes, and
 * loads nothing from any other origin.
 */
final class LivePage {

    private final byte[] html = read("live.html");
    private final byte[] icon = read("icon.svg");
    private final String policy = policy(new String(html, StandardCharsets.UTF_8));

    private static byte[] read(String name) {
        try (InputStream in = LivePage.class.getResourceAsStream("/live/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String policy(String html) {
        return "default-src 'self'; script-src '" + hash(html, "script") + "'; style-src '" + hash(html, "style")
                + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /** As the third level of Content Security Policy has it. */
    private static String hash(String html, String element) {
        String begin = "<" + element + ">";
        int from = html.indexOf(begin) + begin.length();
        byte[] content =
                html.substring(from, html.indexOf("</" + element + ">", from)).getBytes(StandardCharsets.UTF_8);
        try {
            return "sha256-"
                    + Base64.getEncoder()
                            .encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    void page(Context request) {
        request.header("Content-Security-Policy", policy)
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-cache")
                .header("X-Content-Type-Options", "nosniff")
                .contentType("text/html;charset=utf-8")
                .result(html);
    }

    void icon(Context request) {
        request.header("Cache-Control", "no-cache").contentType("image/svg+xml").result(icon);
    }
}
