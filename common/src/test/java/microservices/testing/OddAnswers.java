package microservices.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Sends odd requests to a service and says what is wrong with its answers: one within 10 s, or a closed connection; never
 * a 500, always X-Replica, every error in JSON, and a text that is kept is the one that was sent.
 */
public final class OddAnswers {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Every character is a byte. */
    private record Answer(int status, String head, String body) {
        Optional<String> header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        }
    }

    private final int port;
    private final List<String> faults = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();

    public OddAnswers(int port) {
        this.port = port;
    }

    /** The texts that were acknowledged. */
    public List<String> kept() {
        return kept;
    }

    /** What was wrong, with the request each time. */
    public List<String> faults() {
        return faults;
    }

    /** Sends one request and looks at all that comes back. */
    public void send(byte[] request) throws IOException {
        byte[] all;
        try {
            all = exchange(request);
        } catch (SocketTimeoutException e) {
            fault(request, "no end within 10 s");
            return;
        }
        String rest = latin1(all);
        boolean any = false;
        while (!rest.isEmpty()) {
            int end = rest.indexOf("\r\n\r\n");
            if (!rest.matches("(?s)HTTP/1\\.1 [1-5][0-9][0-9].*") || end < 0) {
                fault(request, "this is no answer: " + shown(rest));
                return;
            }
            String head = rest.substring(0, end);
            int status = Integer.parseInt(head.substring(9, 12));
            rest = rest.substring(end + 4);
            if (status >= 200) {
                any = true;
                boolean bodiless = latin1(request).stripLeading().startsWith("HEAD");
                Answer answer = body(status, head, bodiless ? "" : rest);
                check(request, answer, bodiless);
                if (bodiless || answer.header("Content-Length").isEmpty()) {
                    return;
                }
                rest = rest.substring(answer.body().length());
            }
        }
        if (!any && all.length > 0) {
            fault(request, "no final answer");
        }
    }

    private static Answer body(int status, String head, String rest) {
        Answer answer = new Answer(status, head, rest);
        Optional<String> length = answer.header("Content-Length");
        return length.isEmpty()
                ? new Answer(status, head, answer.header("Transfer-Encoding").isEmpty() ? rest : dechunked(rest))
                : new Answer(status, head, rest.substring(0, Math.min(rest.length(), Integer.parseInt(length.get()))));
    }

    private void check(byte[] request, Answer answer, boolean bodiless) {
        if (answer.status() == 500 || answer.header("X-Replica").isEmpty()) {
            fault(request, "status " + answer.status() + ", " + shown(answer.head()) + shown(answer.body()));
        }
        String type = answer.header("Content-Type").orElse("none");
        if (bodiless || type.startsWith("application/octet-stream")) {
            return;
        }
        try {
            JsonNode json = JSON.readTree(bytes(answer.body()));
            boolean error = answer.status() >= 400 && answer.status() != 503;
            if (!type.equals("application/json")
                    || error
                            && (json.path("error").asText().length() < 15
                                    || !json.path("written").asText().equals("nothing"))) {
                fault(request, answer.status() + " with " + type + ": " + shown(answer.body()));
            }
            if (answer.status() == 201 && json.has("msg")) {
                kept.add(json.get("msg").asText());
                if (!sent(request).contains(json.get("msg").asText())) {
                    fault(request, "kept is another text: " + shown(answer.body()));
                }
            }
        } catch (IOException e) {
            boolean nothing = answer.status() == 201 && answer.body().isEmpty(); // a logging replica's
            if (!nothing) {
                fault(request, answer.status() + " is not JSON: " + shown(answer.body()));
            }
        }
    }

    /** Which texts the request may be read to have, by its bytes alone. */
    private static List<String> sent(byte[] request) {
        List<String> sent = new ArrayList<>();
        String all = latin1(request);
        int query = all.indexOf("?text=");
        if (query >= 0) {
            String encoded = all.substring(query + 6).split("[& ]", 2)[0];
            utf8(percentDecoded(encoded)).ifPresent(sent::add);
        }
        for (int end = all.indexOf("\r\n\r\n"); end >= 0; end = all.indexOf("\r\n\r\n", end + 1)) {
            String body = all.substring(end + 4);
            for (String form : List.of(body, dechunked(body))) {
                utf8(bytes(form)).flatMap(OddAnswers::message).ifPresent(sent::add);
            }
        }
        return sent;
    }

    /** Of the JSON at the beginning. */
    private static Optional<String> message(String body) {
        try {
            JsonNode json = JSON.readTree(body.startsWith("\uFEFF") ? body.substring(1) : body);
            return json != null && json.has("msg") ? Optional.of(json.get("msg").asText()) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static byte[] percentDecoded(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%' && encoded.substring(i).matches("(?s)%[0-9A-Fa-f]{2}.*")) {
                bytes.write(Integer.parseInt(encoded.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(c == '+' ? ' ' : c);
            }
        }
        return bytes.toByteArray();
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** As far as it is in chunks. */
    private static String dechunked(String body) {
        StringBuilder whole = new StringBuilder();
        String rest = body;
        while (true) {
            int end = rest.indexOf("\r\n");
            String size = end < 0 ? "" : rest.substring(0, end).split("[; ]", 2)[0];
            if (!size.matches("[0-9A-Fa-f]{1,6}")) {
                return whole.toString();
            }
            int length = Integer.parseInt(size, 16);
            int from = end + 2;
            if (length == 0 || rest.length() < from + length + 2) {
                return whole.toString();
            }
            whole.append(rest, from, from + length);
            rest = rest.substring(from + length + 2);
        }
    }

    private byte[] exchange(byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
            } catch (IOException e) {
                // it has answered before it has read all, and closed
            }
            long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
            try {
                byte[] some = new byte[8192];
                for (int read = socket.getInputStream().read(some); read >= 0; ) {
                    answer.write(some, 0, read);
                    if (System.nanoTime() > end) {
                        throw new SocketTimeoutException();
                    }
                    read = socket.getInputStream().read(some);
                }
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // closed with some of the request unread: what had come is looked at
            }
            return answer.toByteArray();
        }
    }

    private void fault(byte[] request, String what) {
        faults.add(what + " <- " + shown(latin1(request)));
    }

    private static String shown(String bytes) {
        StringBuilder shown = new StringBuilder();
        bytes.chars()
                .limit(400)
                .forEach(
                        c -> shown.append(c < ' ' || c > '~' ? String.format("\\x%02x", c) : String.valueOf((char) c)));
        return shown.toString();
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
