package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import microservices.system.Client.Lists;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;
import microservices.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every row of the table of bad input, sent byte by byte to a real facade: the status, an error in JSON, nothing of it
 * in any list, and a valid post afterwards.
 */
@ExtendWith(TestSystem.Shared.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class BadInputSystemTest {

    private static final int READ_TIMEOUT_MILLIS = 15_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What no list may hold: it stands in the texts of all bad requests that have room for it. */
    private static final String MARK = "bad-input-" + System.nanoTime();

    private static final String KEY = "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e";

    private record Case(String what, int status, byte[] request) {}

    private record Answer(int status, List<String> headers, String body) {
        String header(String name) {
            return headers.stream()
                    .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(header -> header.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    @Test
    void everyRowIsRefusedInJson_andNothingOfItAppears(TestSystem system) throws Exception {
        Replica facade = system.replica("facade-service-1");
        List<String> wrong = new ArrayList<>();
        for (Case bad : facadeCases().toList()) {
            check(facade, bad).ifPresent(wrong::add);
        }
        assertEquals(List.of(), wrong);

        String valid = "after-" + MARK;
        assertEquals(201, system.client("facade-service-1").post(valid).statusCode());
        for (Replica logging : system.replicas(Service.LOGGING)) {
            List<String> log = system.client(logging.name()).readList("/logs");
            assertFalse(log.stream().anyMatch(text -> text.startsWith(MARK)), log.toString());
            assertTrue(log.contains(valid));
        }
        Await.until(
                Duration.ofSeconds(20),
                "the valid message is held",
                () -> held(system).contains(valid));
        assertFalse(held(system).stream().anyMatch(text -> text.startsWith(MARK)));
    }

    @Test
    void theInternalDoorsRefuseToo(TestSystem system) throws Exception {
        Replica logging = system.replica("logging-service-2");
        Replica messages = system.replica("messages-service-2");
        String id = "01890a5d-ac96-774b-bcce-b302099a8057";
        String good = "{\"id\":\"" + id + "\",\"msg\":\"" + MARK + "\"}";
        List<String> wrong = new ArrayList<>();
        for (Case bad : List.of(
                json("/log", "an empty list", 400, "[]"),
                json("/log", "a string", 400, "\"" + MARK + "\""),
                json("/log", "no id", 400, "{\"msg\":\"" + MARK + "\"}"),
                json("/log", "an id that is no UUID", 400, "{\"id\":\"1\",\"msg\":\"" + MARK + "\"}"),
                json("/log", "one id twice", 400, "[" + good + "," + good + "]"),
                json("/log", "an unknown key", 400, good.replace("}", ",\"key\":\"1\"}")),
                json("/log", "one of two is bad", 400, "[" + good + ",{\"id\":\"" + id + "\",\"msg\":\"\"}]"),
                json("/log", "trailing tokens", 400, good + good),
                json("/log", "a long text", 413, good.replace(MARK, MARK + "x".repeat(65_536))),
                get("/nowhere", "an unknown path", 404),
                get("/log", "a wrong method", 405),
                get("/logs/ids/after/1", "an id that is no UUID", 400))) {
            check(logging, bad).ifPresent(wrong::add);
        }
        check(messages, json("/messages", "a wrong method", 405, good)).ifPresent(wrong::add);
        check(messages, get("/", "an unknown path", 404)).ifPresent(wrong::add);
        assertEquals(List.of(), wrong);
        assertFalse(
                system.client("logging-service-1").readList("/logs").stream().anyMatch(text -> text.startsWith(MARK)));
    }

    private static List<String> held(TestSystem system) throws IOException, InterruptedException {
        List<String> held = new ArrayList<>();
        for (Replica messages : system.replicas(Service.MESSAGES)) {
            held.addAll(system.client(messages.name()).readList("/messages"));
        }
        Lists lists = system.client("facade-service-2").read();
        held.addAll(lists.held());
        return held;
    }

    private static Stream<Case> facadeCases() {
        String good = "{\"msg\":\"" + MARK + "\"}";
        return Stream.of(
                json("/", "malformed", 400, "{\"msg\":\"" + MARK),
                json("/", "not JSON at all", 400, MARK),
                json("/", "empty", 400, ""),
                json("/", "blank", 400, "  \n"),
                json("/", "null", 400, "null"),
                json("/", "a list", 400, "[" + good + "]"),
                json("/", "a string", 400, "\"" + MARK + "\""),
                json("/", "no msg", 400, "{}"),
                json("/", "msg null", 400, "{\"msg\":null}"),
                json("/", "msg empty", 400, "{\"msg\":\"\"}"),
                json("/", "msg blank", 400, "{\"msg\":\" \\t\\n\\u2003\"}"),
                json("/", "msg a number", 400, "{\"msg\":1}"),
                json("/", "msg a boolean", 400, "{\"msg\":true}"),
                json("/", "msg a list", 400, "{\"msg\":[\"" + MARK + "\"]}"),
                json("/", "msg an object", 400, "{\"msg\":" + good + "}"),
                json("/", "trailing tokens", 400, good + " " + good),
                json("/", "trailing garbage", 400, good + "x"),
                json("/", "a duplicate key", 400, "{\"msg\":\"" + MARK + "\",\"msg\":\"" + MARK + "\"}"),
                json("/", "an unknown key", 400, "{\"msg\":\"" + MARK + "\",\"id\":\"1\"}"),
                json("/", "a lone high surrogate", 400, "{\"msg\":\"" + MARK + "\\ud800\"}"),
                json("/", "a lone low surrogate", 400, "{\"msg\":\"" + MARK + "\\udc00x\"}"),
                json("/", "an escaped NUL", 400, "{\"msg\":\"" + MARK + "\\u0000\"}"),
                bytes("bad UTF-8", 400, concat(utf8("{\"msg\":\"" + MARK), new byte[] {(byte) 0xff}, utf8("\"}"))),
                bytes("a raw NUL", 400, concat(utf8("{\"msg\":\"" + MARK), new byte[] {0}, utf8("\"}"))),
                bytes(
                        "a surrogate in UTF-8",
                        400,
                        concat(
                                utf8("{\"msg\":\"" + MARK),
                                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                                utf8("\"}"))),
                query("", "text absent", 400),
                query("?", "an empty query", 400),
                query("?other=" + MARK, "another parameter", 400),
                query("?text=", "text empty", 400),
                query("?text", "text without a value", 400),
                query("?text=%20%09", "text blank", 400),
                query("?text=" + MARK + "&text=" + MARK, "text twice", 400),
                query("?text=" + MARK + "%ZZ", "%ZZ", 400),
                query("?text=" + MARK + "%F", "half an escape", 400),
                query("?text=" + MARK + "%FF", "%FF", 400),
                query("?text=" + MARK + "%00", "NUL in the query", 400),
                rawQuery("raw Latin-1 in the query", 0xE9),
                rawQuery("a raw overlong form in the query", 0xC0, 0xAF),
                rawQuery("half of a raw character, half of an escaped one", 0xC3, '%', 'A', '9'),
                keyed("/", "an empty key", "", good),
                keyed("/", "nothing in quotes", "\"\"", good),
                keyed("/", "a key with a space", "a b", good),
                keyed("/", "a key with a tab", "a\tb", good),
                keyed("/", "a key beyond ASCII", "cl\u00e9", good),
                keyed("/", "a key of 256 characters", "k".repeat(256), good),
                keyed("/", "two keys in one header", KEY + ", " + KEY, good),
                keyed("/", "a key twice", KEY + "\r\nidempotency-key: " + KEY, good),
                keyed("/message?text=" + MARK, "a bad key beside a query", "a b", ""),
                keyed("/message?text=" + MARK, "a key twice beside a query", KEY + "\r\nIdempotency-Key: " + KEY, ""),
                get("/nowhere", "an unknown path", 404),
                get("/message/" + MARK, "a path below a known one", 404),
                raw("a wrong method", 405, "DELETE / HTTP/1.1", ""),
                raw("an unknown method", 405, "BREW / HTTP/1.1", ""),
                get("/message?text=" + MARK, "GET of a POST", 405),
                json("/health", "POST of a GET", 405, good),
                json(
                        "/",
                        "a text of 64 KiB and one byte",
                        413,
                        "{\"msg\":\"" + MARK + "x".repeat(65_537 - MARK.length()) + "\"}"),
                query("?text=" + MARK + "x".repeat(65_537 - MARK.length()), "the same in the query", 413),
                json("/", "a body beyond the limit", 413, "{\"msg\":\"" + MARK + "x".repeat(1_000_000) + "\"}"),
                chunked("a chunked body beyond the limit", 413, "{\"msg\":\"" + MARK + "x".repeat(1_000_000) + "\"}"),
                query("?text=" + MARK + "x".repeat(400_000), "a query too long for the server", 414),
                typed("text/plain", 415, good),
                typed("application/xml", 415, good),
                typed("multipart/form-data; boundary=x", 415, good),
                typed("application/json; charset=iso-8859-1", 415, good),
                raw(
                        "a content encoding",
                        415,
                        "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: " + good.length(),
                        good),
                raw(
                        "a body beside the query",
                        400,
                        "POST /message?text=" + MARK + " HTTP/1.1\r\nContent-Length: " + good.length(),
                        good),
                typed(";", 415, good),
                typed("application/json; charset=\"", 415, good),
                raw(
                        "two transfer encodings",
                        400,
                        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked",
                        Integer.toHexString(good.length()) + "\r\n" + good + "\r\n0\r\n\r\n"),
                raw(
                        "a length beside chunks",
                        400,
                        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: " + good.length(),
                        good),
                raw(
                        "a folded header",
                        400,
                        "POST / HTTP/1.1\r\nX-Folded: a\r\n b\r\nContent-Length: " + good.length(),
                        good),
                raw("a line that ends in LF", 400, "POST / HTTP/1.1\nContent-Length: " + good.length(), good),
                raw("not HTTP", 400, "HELLO", ""),
                raw("a bad path", 400, "GET /%zz HTTP/1.1", ""),
                raw("two different lengths", 400, "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6", good));
    }

    private static Optional<String> check(Replica replica, Case bad) throws IOException {
        Answer answer = exchange(replica.httpPort(), bad.request());
        List<String> faults = new ArrayList<>();
        if (answer.status() != bad.status()) {
            faults.add("status " + answer.status() + " in place of " + bad.status());
        }
        if (!answer.header("Content-Type").startsWith("application/json")) {
            faults.add("Content-Type " + answer.header("Content-Type"));
        }
        if (bad.status() == 405 && answer.header("Allow").isEmpty()) {
            faults.add("no Allow");
        }
        if (answer.body().contains(MARK)) {
            faults.add("it echoes what was sent");
        }
        try {
            JsonNode error = JSON.readTree(answer.body());
            if (error == null
                    || error.size() != 2
                    || !error.path("written").asText().equals("nothing")
                    || error.path("error").asText().length() < 15) {
                faults.add("the body is " + answer.body());
            }
        } catch (IOException e) {
            faults.add("the body is not JSON: " + answer.body());
        }
        return faults.isEmpty() ? Optional.empty() : Optional.of(replica.name() + ", " + bad.what() + ": " + faults);
    }

    /** Sends the bytes and reads all of the answer; the client's own limits and checks are not in between. */
    private static Answer exchange(int port, byte[] request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int end = all.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no answer, but: " + all);
            }
            List<String> head = Arrays.asList(all.substring(0, end).split("\r\n"));
            return new Answer(
                    Integer.parseInt(head.get(0).split(" ")[1]), head.subList(1, head.size()), all.substring(end + 4));
        }
    }

    private static Case json(String path, String what, int status, String body) {
        byte[] bytes = utf8(body);
        return new Case(
                what,
                status,
                concat(
                        head("POST " + path + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: "
                                + bytes.length),
                        bytes));
    }

    private static Case bytes(String what, int status, byte[] body) {
        return new Case(what, status, concat(head("POST / HTTP/1.1\r\nContent-Length: " + body.length), body));
    }

    private static Case typed(String type, int status, String body) {
        return raw(
                "Content-Type " + type,
                status,
                "POST / HTTP/1.1\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length(),
                body);
    }

    private static Case chunked(String what, int status, String body) {
        return raw(
                what,
                status,
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked",
                Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
    }

    private static Case keyed(String path, String what, String key, String body) {
        return raw(
                what,
                400,
                "POST " + path + " HTTP/1.1\r\nIdempotency-Key: " + key + "\r\nContent-Length: " + body.length(),
                body);
    }

    private static Case query(String query, String what, int status) {
        return raw(what, status, "POST /message" + query + " HTTP/1.1\r\nContent-Length: 0", "");
    }

    private static Case rawQuery(String what, int... bytes) {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        Arrays.stream(bytes).forEach(raw::write);
        return new Case(
                what,
                400,
                concat(utf8("POST /message?text=" + MARK), raw.toByteArray(), head(" HTTP/1.1\r\nContent-Length: 0")));
    }

    private static Case get(String path, String what, int status) {
        return raw(what, status, "GET " + path + " HTTP/1.1", "");
    }

    private static Case raw(String what, int status, String head, String body) {
        return new Case(what, status, concat(head(head), utf8(body)));
    }

    private static byte[] head(String head) {
        return utf8(head + "\r\nHost: test\r\nConnection: close\r\n\r\n");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
