package microservices.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Makes up requests that no client should send, each odd in one way or in several; the same ones for the same seed. */
public final class OddRequests {

    private static final List<String> METHODS = List.of(
            "GET",
            "POST",
            "PUT",
            "DELETE",
            "PATCH",
            "HEAD",
            "OPTIONS",
            "TRACE",
            "CONNECT",
            "BREW",
            "get",
            "post",
            "PRI",
            "P\u00d6ST",
            "GE\tT",
            "M-SEARCH",
            "A".repeat(300),
            "");

    private static final List<String> VERSIONS = List.of(
            "HTTP/1.1",
            "HTTP/1.1",
            "HTTP/1.1",
            "HTTP/1.0",
            "HTTP/0.9",
            "HTTP/2.0",
            "HTTP/1.12",
            "http/1.1",
            "HTTP/x",
            "HTTP",
            "");

    private static final List<String> QUERIES = List.of(
            "",
            "?",
            "?text",
            "?text=",
            "?text=a",
            "?text=%",
            "?text=%ZZ",
            "?text=%FF",
            "?text=caf\u00e9",
            "?text=%C3\u00a9",
            "?text=\u00c3%A9",
            "?text=\u00c3\u00a9",
            "?text=\u00c0\u00af",
            "?text=\u00ed\u00a0\u0080",
            "?text=a+b%20c",
            "?text=%F0%9F%98%80",
            "?text=\u00ef\u00bf\u00bd",
            "?text=%EF%BF%BD",
            "?text=%00",
            "?te%78t=a",
            "?te\u00ffxt=a",
            "?text=a&text=b",
            "?text=a&other=b",
            "?&",
            "?text=a;b",
            "?text=a#b",
            "?text=\"<>\\^`{|}",
            "?a=b?c",
            "?maxAgeMillis=",
            "?maxAgeMillis=x",
            "?maxAgeMillis=-1",
            "?maxAgeMillis=%",
            "?maxAgeMillis=%FF",
            "?maxAgeMillis=\u00ff",
            "?maxAgeMillis=99999999999",
            "?maxAgeMillis=1&maxAgeMillis=2",
            "?%",
            "?=",
            "?\u00ff");

    private static final List<String> PATHS = List.of(
            "*",
            "",
            "//",
            "/../",
            "/..",
            "/./",
            "/%2e%2e/",
            "/%2F",
            "/%zz",
            "/%",
            "/%00",
            "/%FF",
            "/\u00ff",
            "/\u00c0\u00af",
            "/;",
            "/;a=b",
            "/;jsessionid=1",
            "/\\",
            "/a b",
            "nowhere",
            "/nowhere",
            "http://x",
            "http://x/",
            "http://[::1/",
            "http://x:y/",
            "https://x:1/health",
            "ftp://x/",
            "mailto:a@b",
            "x:80",
            "/" + "a/".repeat(3000),
            "/%E2%82%AC",
            "/<>",
            "/\t",
            "/\u0001",
            "/health/",
            "/health;a",
            "/health%00",
            "/HEALTH",
            "/.well-known/x",
            "/favicon.ico",
            "/WEB-INF/web.xml",
            "/%u0041");

    private static final List<String> HOSTS = List.of(
            "Host: x",
            "Host: x",
            "Host: x",
            "Host: x",
            "Host: x",
            "",
            "Host:",
            "Host: ",
            "Host: x\r\nHost: y",
            "Host: a b",
            "Host: [::1",
            "Host: x:y",
            "Host: x:99999",
            "Host: \u00ff",
            "host: x",
            "Host: ..",
            "Host: x/y",
            "Host: x@y",
            "Host: %");

    private static final List<String> HEADERS = List.of(
            "Content-Type: ;",
            "Content-Type: ",
            "Content-Type: /",
            "Content-Type: a",
            "Content-Type: a/b;;;",
            "Content-Type: application/json; charset=",
            "Content-Type: application/json; charset=bogus",
            "Content-Type: application/json; charset=\"",
            "Content-Type: application/json; charset=\u00ff",
            "Content-Type: application/json; charset=;;",
            "Content-Type: charset=utf-8",
            "Content-Type: multipart/form-data",
            "Content-Type: multipart/form-data; boundary=",
            "Content-Type: application/x-www-form-urlencoded; charset=x",
            "Content-Type: text/plain\r\nContent-Type: application/json",
            "Content-Type: application/octet-stream",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: */*",
            "Content-Type: \"application/json\"",
            "Content-Encoding: gzip",
            "Content-Encoding: ,",
            "Content-Encoding: br, gzip",
            "Expect: 100-continue",
            "Expect: ",
            "Expect: magic",
            "Expect: 100-continue, magic",
            "Connection: close",
            "Connection: upgrade\r\nUpgrade: h2c",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x",
            "Connection: ,",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
            "Upgrade: ",
            "Cookie: =",
            "Cookie: a=\"",
            "Cookie: \u00ff=\u00ff; $Version=x",
            "Cookie: JSESSIONID=x; JSESSIONID=y",
            "Range: bytes=0-",
            "Range: x",
            "If-Match: *",
            "If-None-Match: *",
            "If-Modified-Since: never",
            "If-Modified-Since: 99",
            "Accept: ",
            "Accept: ;q=x",
            "Accept-Language: \u00ff;q=9",
            "Accept-Language: *;q=a",
            "Accept-Charset: bogus",
            "Accept-Encoding: gzip;q=x",
            "TE: trailers",
            "Trailer: Host",
            "X-HTTP-Method-Override: DELETE",
            "X-Forwarded-For: \u00ff",
            "Forwarded: for=\"",
            "Idempotency-Key: ",
            "Idempotency-Key: a b",
            "Idempotency-Key: \u00ff",
            "Idempotency-Key: \"",
            "Idempotency-Key: k",
            "X-Odd: a\r\n b",
            "X-Odd: a\r\n\tb",
            "X-Odd: a\nX-B: c",
            "X-Odd: a\rX-B: c",
            "X-Odd : a",
            "X Odd: a",
            "X-Odd",
            ": a",
            "X-Odd: \u0000",
            "X-Odd: \u0001",
            "X-\u00d6dd: a",
            "X-Odd: \u001b[31m",
            "X-Replica: me",
            "Authorization: Basic !",
            "Date: x",
            "Origin: null",
            "Access-Control-Request-Method: \u00ff",
            "Keep-Alive: timeout=x",
            "Max-Forwards: -1",
            "Content-Length: 5\r\nContent-Length: 5",
            "Content-Length: -1",
            "Content-Length: 1e3",
            "Content-Length: ",
            "Content-Length: 99999999999999999999",
            "Content-Length: 9223372036854775807",
            "Content-Length: 5, 5",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, gzip",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: ",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: chunked;q=1",
            "Transfer-Encoding: CHUNKED\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding:\u000bchunked");

    private static final List<String> BODIES = List.of(
            "",
            " ",
            "{\"msg\":\"a\"}",
            "{\"msg\":\"a\"}",
            "{\"msg\":\"\u00c3\u00a9\"}",
            "{\"msg\":\"\u00e9\"}",
            "\u00ef\u00bb\u00bf{\"msg\":\"a\"}",
            "\u00fe\u00ff\u0000{\u0000}",
            "\u00ff\u00fe{\u0000}\u0000",
            "{\"msg\":\"\u0000\"}",
            "{\"msg\":\"\\ud800\"}",
            "{\"msg\":\"\\ud83d\\ude00\"}",
            "{\"msg\":\"\\u0000\"}",
            "{\"msg\":1e999999}",
            "{\"msg\":",
            "[".repeat(5000),
            "{\"msg\":" + "[".repeat(5000),
            "{\"" + "k".repeat(60_000) + "\":1}",
            "9".repeat(5000),
            "-",
            "NaN",
            "null",
            "[]",
            "[null]",
            "[{}]",
            "\"",
            "{\"msg\":\"a\",\"msg\":\"b\"}",
            "{\"msg\":\"a\"}\u0000",
            "msg=a",
            "text=a&text=b",
            "\u0000\u0000\u0000\u0001",
            "\u0000".repeat(40),
            "\u00ff".repeat(40),
            "\u007f\u00ff\u00ff\u00ff",
            "{\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"msg\":\"a\"}",
            "{\"id\":\"1\",\"msg\":\"a\"}",
            "[{\"id\":\"\",\"msg\":\"\"}]",
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "x".repeat(500_000),
            "{\"msg\":\"" + "x".repeat(70_000) + "\"}");

    private final Random random;
    private final List<String> routes;

    /** @param routes paths of the service that the requests are for */
    public OddRequests(long seed, List<String> routes) {
        this.random = new Random(seed);
        this.routes = List.copyOf(routes);
    }

    /** One more. */
    public byte[] next() {
        StringBuilder request = new StringBuilder();
        boolean queried = chance(3);
        request.append(chance(8) ? any(METHODS) : chance(4) ? "GET" : "POST");
        request.append(chance(25) ? any(List.of("  ", "\t", "", "\u00a0")) : " ");
        request.append(chance(8) ? any(PATHS) : any(routes)).append(queried ? any(QUERIES) : "");
        request.append(chance(25) ? any(List.of("  ", "\t", "\r\n")) : " ");
        request.append(chance(12) ? any(VERSIONS) : "HTTP/1.1");
        request.append(endOfLine()).append(chance(8) ? any(HOSTS) : "Host: x").append(endOfLine());
        for (int headers = random.nextInt(3); headers > 0; headers--) {
            request.append(any(HEADERS)).append(endOfLine());
        }
        if (chance(40)) {
            request.append("X-Long: ").append("y".repeat(250_000)).append("\r\n");
        }
        if (chance(40)) {
            request.append("X-Many: y\r\n".repeat(2000));
        }
        String good = queried && !chance(4) ? "" : "{\"msg\":\"" + UUID.nameUUIDFromBytes(some(8)) + "\"}";
        addBody(request, chance(3) ? any(BODIES) : good);
        byte[] bytes = request.toString().getBytes(StandardCharsets.ISO_8859_1);
        return chance(8) ? spoiled(bytes) : bytes;
    }

    /** Framed well or badly; every character is a byte. */
    private void addBody(StringBuilder request, String body) {
        int length = body.length();
        switch (random.nextInt(10)) {
            case 0 -> request.append("\r\n");
            case 1 ->
                request.append("Content-Length: ")
                        .append(length + 5)
                        .append("\r\n\r\n")
                        .append(body);
            case 2 ->
                request.append("Content-Length: ")
                        .append(Math.max(0, length - 5))
                        .append("\r\n\r\n")
                        .append(body);
            case 3 -> request.append("Transfer-Encoding: chunked\r\n\r\n").append(chunks(body));
            case 4 -> request.append("Transfer-Encoding: chunked\r\n\r\n").append(badChunks(body));
            case 5 ->
                request.append("Transfer-Encoding: chunked\r\nContent-Length: ")
                        .append(length)
                        .append("\r\n\r\n")
                        .append(chunks(body));
            case 6 -> request.append("\r\n").append(body);
            default ->
                request.append("Content-Length: ")
                        .append(length)
                        .append("\r\n\r\n")
                        .append(body);
        }
    }

    private String chunks(String body) {
        int middle = body.length() / 2;
        String extension = any(List.of("", ";a=b", ";a=\"b\"", " ", ";", ";a=\u00ff", ";\"\r\n\""));
        String trailer = any(List.of("", "X-Trailer: a\r\n", "Content-Length: 3\r\n", "X-\u00ff: a\r\n", "x\r\n"));
        StringBuilder chunks = new StringBuilder();
        for (String part : List.of(body.substring(0, middle), body.substring(middle))) {
            if (!part.isEmpty()) {
                chunks.append(Integer.toHexString(part.length()));
                chunks.append(extension).append("\r\n").append(part).append("\r\n");
            }
        }
        return chunks.append("0\r\n").append(trailer).append("\r\n").toString();
    }

    private String badChunks(String body) {
        String size = Integer.toHexString(body.length());
        return any(List.of(
                "-1\r\n" + body,
                "x\r\n" + body,
                "ffffffffffffffffff\r\n" + body,
                "0x" + size + "\r\n" + body + "\r\n0\r\n\r\n",
                size + "\n" + body + "\n0\n\n",
                size + "\r\n" + body + "0\r\n\r\n",
                size + "\r\n" + body + "\r\n",
                size + "\r\n" + body + "\r\n0\r\n",
                "\r\n",
                body));
    }

    /** Some bytes replaced, doubled or cut away, most of them near the beginning. */
    private byte[] spoiled(byte[] request) {
        ByteArrayOutputStream spoiled = new ByteArrayOutputStream();
        int head = Math.min(request.length, 200);
        int at = random.nextInt(head);
        spoiled.write(request, 0, at);
        switch (random.nextInt(4)) {
            case 0 -> spoiled.writeBytes(some(1 + random.nextInt(3)));
            case 1 -> spoiled.write(request, 0, at);
            case 2 -> {
                return spoiled.toByteArray();
            }
            default -> at = Math.min(request.length, at + 1 + random.nextInt(8));
        }
        spoiled.write(request, at, request.length - at);
        return spoiled.toByteArray();
    }

    private byte[] some(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private String endOfLine() {
        return chance(60) ? any(List.of("\n", "\r", "\r\r\n", "\u0085")) : "\r\n";
    }

    private boolean chance(int in) {
        return random.nextInt(in) == 0;
    }

    private String any(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
