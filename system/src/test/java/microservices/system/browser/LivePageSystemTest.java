package microservices.system.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import microservices.system.Client;
import microservices.system.TestSystem;
import microservices.system.local.LocalSystem;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/**
 * The live page in a real browser, on one system of its own: it agrees with what the replicas answer, also while they are
 * killed. Skipped where Chromium or its driver is not installed, unless the environment says
 * {@code BROWSER_TESTS=required}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(LivePageSystemTest.Logs.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LivePageSystemTest {

    private static final boolean REQUIRED = "required".equals(System.getenv("BROWSER_TESTS"));

    /** The page asks once a second; an answer of /status, which it shows, is good for three seconds at most. */
    private static final Duration SOON = Duration.ofSeconds(20);
    /** As promised. */
    private static final Duration CROSSED_OUT_WITHIN = Duration.ofSeconds(15);

    private static final int WIDE = 1280;
    private static final int NARROW = 375;
    private static final int HEIGHT = 800;

    private static final String A = "facade-service-1";
    private static final String B = "facade-service-2";
    private static final List<String> LOGGING = List.of("logging-service-1", "logging-service-2", "logging-service-3");
    private static final List<String> MESSAGES = List.of("messages-service-1", "messages-service-2");

    private static TestSystem system;
    private static Browser browser;
    private static LivePage page;
    private static Pictures pictures;

    /** Facades that do not answer because this test has ended them. */
    private final Set<String> away = new HashSet<>();

    /** Shows the replicas' logs when a test has failed. */
    static final class Logs implements TestWatcher {
        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            system.showLogs();
        }
    }

    @BeforeAll
    static void starts() throws Exception {
        boolean installed = Browser.isInstalled();
        if (REQUIRED) {
            assertTrue(installed, "BROWSER_TESTS=required, but chromium or chromedriver is not in /usr/bin");
        }
        assumeTrue(installed, "chromium or chromedriver is not in /usr/bin");
        system = TestSystem.at(offset(), "live-page");
        browser = new Browser();
        page = new LivePage(browser);
        pictures = new Pictures(browser, TestSystem.HOME);
    }

    /** Pictures show the usual ports where these are free. */
    private static int offset() throws IOException {
        LocalSystem usual = new LocalSystem(TestSystem.HOME, TestSystem.HOME, Topology.USUAL, Map.of());
        return Pictures.areWanted() && usual.takenPort().isEmpty() ? 0 : LocalSystem.freeOffset();
    }

    @AfterAll
    static void stops() {
        try {
            if (browser != null) {
                browser.close();
            }
        } finally {
            if (system != null) {
                system.close();
            }
        }
    }

    @BeforeEach
    void opens() throws Exception {
        system.restore();
        browser.size(WIDE, HEIGHT, 1);
        browser.prefer(Map.of());
        page.open(url(A));
        page.await(SOON, "the verdict", shown -> shown.verdict().equals("closed"));
    }

    /** Whatever a test has done: nothing was asked of a foreign host, and nothing has gone wrong in the page. */
    @AfterEach
    void nothingForeign_nothingWrong() throws Exception {
        List<Browser.Request> requests = browser.requests();
        List<String> errors = browser.errors().stream()
                .filter(error -> away.stream().noneMatch(facade -> isSilenceOf(facade, error)))
                .toList();
        for (Browser.Request request : requests) {
            assertTrue(request.isToItsOwnOrigin(), request.toString());
            assertTrue(Set.of(url(A), url(B)).stream().anyMatch(request.url()::startsWith), request.toString());
        }
        assertTrue(requests.stream().anyMatch(request -> request.url().contains("/live/state")), "requests are seen");
        assertEquals(List.of(), errors, "the console is to have no error");
    }

    /** What the browser itself says of a request to a facade that is not there. */
    private static boolean isSilenceOf(String facade, String error) {
        return error.startsWith(url(facade) + "/live/state") && error.contains("Failed to load resource: net::ERR_");
    }

    @Test
    @Order(1)
    void bothWalkThroughs_showWhatTheReplicasAnswer() throws Exception {
        Terminal terminal = new Terminal(TestSystem.HOME, system.folder());
        Map<String, String> terminals = new HashMap<>();

        List<String> sent = new ArrayList<>(texts(1, 10));
        if (Pictures.areWanted()) {
            terminals.put("terminal-post", terminal.run(postByCurl(1, 10)));
        } else {
            for (String text : sent) {
                page.post(text);
            }
        }
        assertAgrees(A, sent, awaitClosed(sent.size()));
        pictures.takePage("live-ten-messages");
        terminals.putAll(logsAndLists(terminal));

        kill(MESSAGES);
        page.await(
                CROSSED_OUT_WITHIN,
                "both are crossed out",
                shown -> shown.crossedOut().equals(Set.copyOf(MESSAGES))
                        && MESSAGES.stream()
                                .allMatch(replica -> shown.states().get(replica).equals("away")));
        awaitWaiting(10);
        List<String> more = texts(11, 20);
        for (String text : more) {
            page.post(text);
        }
        sent.addAll(more);
        assertWaits(awaitWaiting(20));
        pictures.takePage("live-waiting");

        String owner =
                Client.json(system.client(A).get("/health")).path("queueOwner").asText();
        assertTrue(List.of(A, B).contains(owner), "the queue's owner is a facade now: " + owner);
        assertEquals(owner, page.shown().owner());
        String survivor = owner.equals(A) ? B : A;
        page.open(url(survivor));
        awaitWaiting(20);
        system.local().stop(List.of(system.replica(owner)));
        page.await(
                CROSSED_OUT_WITHIN,
                owner + " is crossed out",
                shown -> shown.crossedOut().contains(owner));
        start(MESSAGES);
        page.await(
                TestSystem.PATIENCE,
                "the messages replicas are back",
                shown -> shown.crossedOut().equals(Set.of(owner)));
        assertAgrees(survivor, sent, awaitClosed(sent.size()));
        pictures.takePage("live-closed-again");

        for (Map.Entry<String, String> one : terminals.entrySet()) {
            pictures.takeTerminal(one.getKey(), one.getValue());
        }
    }

    @Test
    void textThatLooksLikeMarkupStaysText() throws Exception {
        String text = "<img src=x onerror=document.title='hacked'>";
        String id = page.post(text);
        Shown shown = page.await(
                SOON,
                "the text stands in the list",
                now -> now.hasEvent(text) && now.logged().contains(id) && now.allHeld());
        page.press("#grid-log [data-id='" + id + "']");
        assertEquals(List.of(), browser.driver().findElements(By.tagName("img")), "an element has come of a text");
        assertTrue(browser.driver().findElement(By.tagName("body")).getText().contains(text));
        assertFalse(shown.title().contains("hacked"), shown.title());
        assertFalse(page.shown().title().contains("hacked"));
    }

    @Test
    void theListStandsStillWhileItIsHeld_andLosesNothing() throws Exception {
        page.press("#hold");
        Shown held = page.await(SOON, "the list is held", Shown::holding);
        List<String> texts = List.of("while held 1", "while held 2", "while held 3");
        List<String> ids = new ArrayList<>();
        for (String text : texts) {
            ids.add(Client.json(system.client(B).post(text)).path("id").asText());
        }
        Shown later = page.await(
                SOON,
                "the messages are in the grids",
                shown -> shown.holdersByGrids().keySet().containsAll(ids));
        assertEquals(held.events(), later.events(), "it moves");
        assertTrue(count(later.heldBack()) >= 3 * texts.size(), "said to be held back: " + later.heldBack());

        page.press("#hold");
        Shown released =
                page.await(SOON, "what came meanwhile", shown -> texts.stream().allMatch(shown::hasEvent));
        assertFalse(released.holding());
        assertEquals("", released.heldBack());
        List<Integer> places = texts.stream()
                .map(text -> IntStream.range(0, released.events().size())
                        .filter(line -> released.events().get(line).contains(text))
                        .max()
                        .orElseThrow())
                .toList();
        assertTrue(
                places.get(0) > places.get(1) && places.get(1) > places.get(2), "newest first: " + released.events());
        List<String> tail = released.events();
        assertEquals(
                held.events(), tail.subList(tail.size() - held.events().size(), tail.size()), "what was there before");
    }

    @Test
    void goesOnAtTheOtherFacade_andSaysWhatItHasLostWhenThereIsNone() throws Exception {
        for (int n = 1; n <= 120; n++) {
            assertEquals(201, system.client(A).post("hundred-" + n).statusCode());
        }
        Shown before = page.await(
                SOON,
                "hundred messages, all held",
                shown -> shown.logged().size() == 100
                        && shown.allHeld()
                        && shown.verdict().equals("closed"));

        away.add(A);
        kill(List.of(A));
        page.await(
                SOON,
                "it says that it goes on at " + B,
                shown -> shown.lost()
                        && shown.verdict().equals("lost")
                        && shown.lostText().contains(B));
        page.await(
                Duration.ofSeconds(20),
                "it goes on at " + B,
                shown -> shown.origin().equals(url(B)));
        Shown after = page.await(
                SOON,
                "hundred messages, all held, and the other facade crossed out",
                shown -> shown.logged().size() == 100
                        && shown.allHeld()
                        && shown.crossedOut().contains(A));
        assertEquals(before.holders(), after.holders(), "the same hundred");
        assertEquals(before.sentence(), after.sentence());

        away.add(B);
        kill(List.of(B));
        Shown lost = page.await(
                SOON,
                "it says what it has lost",
                shown -> shown.lost() && shown.verdict().equals("lost"));
        assertTrue(lost.lostText().contains(B), lost.lostText());
        assertTrue(lost.lostText().matches("(?s).*\\d\\d:\\d\\d:\\d\\d.*"), "since when: " + lost.lostText());
        assertEquals(before.logged().size(), lost.logged().size(), "what is known is still there");

        start(List.of(B));
        Shown back = page.await(
                TestSystem.PATIENCE,
                "it is back",
                shown -> !shown.lost() && shown.verdict().equals("closed"));
        assertEquals(url(B), back.origin());
        assertEquals(before.sentence(), back.sentence());
    }

    @Test
    void fitsANarrowWindow() throws Exception {
        page.post("narrow".repeat(20));
        browser.size(NARROW, HEIGHT, 1);
        kill(List.of("messages-service-2"));
        page.await(
                CROSSED_OUT_WITHIN, "crossed out", shown -> shown.crossedOut().contains("messages-service-2"));
        assertEquals(0, page.overhang(), "pixels to scroll to the right");
        page.press("[data-commands='messages-service-2']");
        assertEquals(0, page.overhang(), "pixels to scroll to the right, with the dialog");
    }

    @Test
    void nothingMoves_whenTheUserPrefersReducedMotion() throws Exception {
        assertNotEquals("", movedByAPost("moving"), "the messages are seen to move");
        browser.prefer(Map.of("prefers-reduced-motion", "reduce"));
        page.open(url(A));
        assertEquals("", movedByAPost("standing still"));
    }

    private static String movedByAPost(String text) throws Exception {
        page.await(SOON, "the verdict", shown -> shown.verdict().equals("closed"));
        page.watchAnimations();
        String id = page.post(text);
        page.await(
                SOON,
                text + " is held",
                shown -> !shown.holders().getOrDefault(id, "").isEmpty()
                        && shown.verdict().equals("closed"));
        return page.moved();
    }

    @Test
    void isUsableByKeyboard() throws Exception {
        Set<String> stops = page.tabStops();
        Set<String> wanted = new HashSet<>(Set.of("post-text", "post-button", "hold"));
        system.local().replicas().forEach(replica -> wanted.add(replica.name()));
        assertTrue(stops.containsAll(wanted), "the Tab key comes to " + stops);

        for (String replica : List.of(A, LOGGING.get(1), MESSAGES.get(1))) {
            browser.driver()
                    .executeScript(
                            "document.querySelector(arguments[0]).focus();", "[data-commands='" + replica + "']");
            page.keys(Keys.ENTER);
            assertTrue(page.isVisible("#commands"), "the dialog is open");
            assertEquals(
                    List.of(
                            "./run stop " + replica,
                            "./run kill " + replica,
                            "./run start " + replica,
                            "docker-compose stop " + replica,
                            "docker kill " + replica,
                            "docker-compose start " + replica),
                    page.commands());
            page.keys(Keys.ESCAPE);
            assertFalse(page.isVisible("#commands"), "the dialog is closed");
        }
    }

    @Test
    void theBrowserIsToldToAskNobodyElse() throws Exception {
        for (String path : List.of("/live", "/live/state?after=0", "/live/icon.svg")) {
            HttpResponse<String> answer =
                    system.client(A).send("GET", path, new byte[0], Map.of("Origin", "http://elsewhere.example"));
            assertEquals(200, answer.statusCode(), path);
            assertTrue(
                    answer.headers().map().keySet().stream().noneMatch(name -> name.startsWith("access-control")),
                    answer.headers().toString());
        }
        String policy = system.client(A)
                .get("/live")
                .headers()
                .firstValue("Content-Security-Policy")
                .orElse("");
        assertTrue(policy.contains("default-src 'self'"), policy);
        assertFalse(policy.contains("unsafe"), policy);
    }

    private static List<String> texts(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(n -> "msg" + n).toList();
    }

    private static String url(String facade) {
        return system.local().url(system.replica(facade));
    }

    private static void kill(List<String> replicas) {
        system.local().kill(named(replicas));
    }

    private static void start(List<String> replicas) throws IOException {
        for (Replica replica : named(replicas)) {
            system.local().start(replica);
        }
    }

    private static List<Replica> named(List<String> replicas) {
        return replicas.stream().map(system::replica).toList();
    }

    private static int count(String text) {
        Matcher number = Pattern.compile("\\d+").matcher(text);
        return number.find() ? Integer.parseInt(number.group()) : 0;
    }

    private static Shown awaitClosed(int logged) {
        return page.await(
                SOON,
                logged + " messages, each held",
                shown -> shown.verdict().equals("closed")
                        && shown.sentence().startsWith("logged " + logged + " = ")
                        && shown.logged().size() == logged
                        && shown.allHeld());
    }

    private static Shown awaitWaiting(int messages) {
        return page.await(
                SOON,
                messages + " messages wait",
                shown -> shown.verdict().equals("open")
                        && shown.sentence().startsWith("logged " + messages + ", waiting " + messages + ", ")
                        && shown.logged().size() == messages);
    }

    /** Nobody is shown to hold anything, and the age is the one that the facade says. */
    private static void assertWaits(Shown shown) throws Exception {
        assertEquals(Map.of(), shown.holdersByGrids());
        assertTrue(
                shown.holders().values().stream().allMatch(String::isEmpty),
                shown.holders().toString());
        Matcher age = Pattern.compile("logged 20, waiting 20, the oldest for (\\d+) s: open")
                .matcher(shown.sentence());
        assertTrue(age.matches(), shown.sentence());
        long said = Client.json(system.client(A).get("/status"))
                .path("oldestWaitingSeconds")
                .asLong();
        assertEquals(said, Long.parseLong(age.group(1)), 3, shown.sentence());
    }

    /** The page shows what the facade and each messages replica answer, and the grids complete each other. */
    private static void assertAgrees(String facade, List<String> sent, Shown shown) throws Exception {
        Client client = system.client(facade);
        Map<String, String> texts = new HashMap<>();
        for (String id : shown.logged()) {
            JsonNode way = Client.json(client.get("/messages/" + id));
            texts.put(id, way.path("msg").asText());
            assertEquals(way.path("heldBy").asText(), shown.holders().get(id), way.toString());
        }
        assertEquals(sent, client.read().logged(), "GET /");
        assertEquals(sent, textsOf(shown.logged(), texts), "the log's grid");
        for (String replica : MESSAGES) {
            assertEquals(shown.logged(), shown.places().get(replica), "each message has the same place in " + replica);
            assertEquals(
                    system.client(replica).readList("/messages"),
                    textsOf(List.copyOf(shown.held().get(replica)), texts),
                    "the grid of " + replica);
        }
        Map<String, Set<String>> once = new HashMap<>();
        shown.holders().forEach((id, holder) -> once.put(id, Set.of(holder)));
        assertEquals(once, shown.holdersByGrids(), "each message is in exactly one grid, that of its holder");

        JsonNode status = Client.json(client.get("/status"));
        List<String> held = new ArrayList<>();
        status.path("held").forEach(one -> held.add(one.asText()));
        assertEquals(
                "logged " + status.path("logged").asText() + " = " + String.join(" + ", held) + ", waiting 0: closed",
                shown.sentence());
    }

    /** In the order of acceptance. */
    private static List<String> textsOf(List<String> ids, Map<String, String> texts) {
        return ids.stream().sorted().map(texts::get).toList();
    }

    private static String port(String facade) {
        return String.valueOf(system.replica(facade).httpPort());
    }

    private static String postByCurl(int from, int to) {
        return "for i in $(seq " + from + " " + to + "); do curl -s -X POST localhost:" + port(A)
                + "/ -d \"{\\\"msg\\\":\\\"msg$i\\\"}\"; echo; done";
    }

    /** What the first walk-through reads in a second terminal. */
    private static Map<String, String> logsAndLists(Terminal terminal) throws Exception {
        String get = "curl -s localhost:" + port(A) + "/; echo";
        return Map.of(
                "terminal-logging",
                terminal.run("for i in 1 2 3; do ./run logs logging-service-$i | grep Received; done"),
                "terminal-messages",
                terminal.run("for i in 1 2; do ./run logs messages-service-$i | grep Received; done"),
                "terminal-lists",
                twoThatDiffer(terminal, get));
    }

    /** Each GET reads a random messages replica: asks until two in a row have read both. */
    private static String twoThatDiffer(Terminal terminal, String get) throws Exception {
        String before = terminal.run(get);
        for (int reading = 0; reading < 40; reading++) {
            String next = terminal.run(get);
            if (!next.equals(before)) {
                return before + next;
            }
            before = next;
        }
        throw new IOException("one messages replica alone has answered: " + before);
    }
}
