package microservices.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.http.HttpServer;
import microservices.http.Probes;
import microservices.live.Place.Kind;
import microservices.recent.Recent;
import microservices.service.Health;
import microservices.service.ReplicaSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a browser gets. */
@Timeout(60)
class LiveRoutesHttpTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() {
        List<Place> places = List.of(
                new Place(Kind.FACADE, "facade-1", "http://127.0.0.1:8000"),
                new Place(Kind.FACADE, "facade-2", "http://127.0.0.2:8001"));
        LiveRoutes routes = new LiveRoutes(
                "facade-1",
                () -> places,
                2,
                (place, after, run) -> {
                    if (place.name().equals("facade-2")) {
                        throw new IllegalStateException("away");
                    }
                    return new Recent("facade-1", new UUID(1, 1), 7, List.of("one thing"), 0, List.of());
                },
                () -> new Summary("{\"verdict\":\"open\"}", "open", Optional.empty(), Optional.of("messages-1")));
        ReplicaSettings settings = new ReplicaSettings("facade-1", 0, 0, "127.0.0.1", List.of(), 2, 20, "info");
        server = new HttpServer(settings, 0, new Probes(() -> new Health(List.of(), Map.of())), routes::addTo);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("none");
    }

    @Test
    void theStateTellsHowAllAre() throws Exception {
        HttpResponse<String> answer = get("/live/state?after=0");
        assertEquals(200, answer.statusCode());
        assertEquals("application/json", header(answer, "Content-Type"));
        assertEquals("no-store", header(answer, "Cache-Control"));
        String body = answer.body().replaceAll("\"run\":\"[0-9a-f-]{36}\",\"time\":[0-9]{13}", "@");
        assertEquals(
                "{\"facade\":\"facade-1\",@,\"status\":{\"verdict\":\"open\"},"
                        + "\"queue\":{\"depth\":null,\"owner\":\"messages-1\"},\"replicas\":["
                        + "{\"name\":\"facade-1\",\"service\":\"facade\",\"state\":\"up\",\"missing\":[\"one thing\"],"
                        + "\"messages\":7,\"perSecond\":null,\"url\":\"http://127.0.0.1:8000\"},"
                        + "{\"name\":\"facade-2\",\"service\":\"facade\",\"state\":\"away\",\"missing\":[\"does not answer\"],"
                        + "\"messages\":null,\"perSecond\":null,\"url\":\"http://127.0.0.2:8001\"}],"
                        + "\"facadeHost\":\"127.0.0.1\","
                        + "\"facades\":[{\"name\":\"facade-2\",\"host\":\"127.0.0.2\",\"port\":8001,\"up\":false}],"
                        + "\"next\":0,\"events\":[]}",
                body);
    }

    @Test
    void aStateIsAskedForWithANumber() throws Exception {
        for (String query : List.of("", "?after=", "?after=x", "?after=1.5")) {
            assertEquals(400, get("/live/state" + query).statusCode(), query);
        }
    }

    @Test
    void thePageMayLoadNothingFromElsewhere_andRunsItsOwnScriptAlone() throws Exception {
        HttpResponse<String> page = get("/live");
        assertEquals(200, page.statusCode());
        assertEquals("text/html;charset=utf-8", header(page, "Content-Type"));
        assertEquals("none", header(page, "Access-Control-Allow-Origin"));
        assertEquals("nosniff", header(page, "X-Content-Type-Options"));
        String policy = header(page, "Content-Security-Policy");
        assertTrue(policy.startsWith("default-src 'self'; "), policy);
        assertTrue(policy.contains("script-src '" + hash(page.body(), "script") + "'"), policy);
        assertTrue(policy.contains("style-src '" + hash(page.body(), "style") + "'"), policy);
        assertEquals(200, get("/live/icon.svg").statusCode());
        assertEquals("image/svg+xml;charset=utf-8", header(get("/live/icon.svg"), "Content-Type"));
    }

    private static String hash(String html, String element) throws Exception {
        Matcher found = Pattern.compile("<" + element + "[^>]*>(.*?)</" + element + ">", Pattern.DOTALL)
                .matcher(html);
        assertTrue(found.find(), element);
        byte[] content = found.group(1).getBytes(StandardCharsets.UTF_8);
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
        assertTrue(!found.find(), "one " + element);
        return "sha256-" + hash;
    }
}
