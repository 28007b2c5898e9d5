package microservices.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import microservices.http.Json;
import microservices.live.LiveView.Moment;
import microservices.live.Place.Kind;
import microservices.live.Watched.Condition;
import microservices.recent.Recent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is shown of replicas that answer, and of those that do not. */
@Timeout(60)
class LiveViewTest {

    private static final Place FACADE = new Place(Kind.FACADE, "facade-1", "http://f1:1");
    private static final Place LOGGING = new Place(Kind.LOGGING, "http://l1:1", "http://l1:1");
    private static final Place MESSAGES = new Place(Kind.MESSAGES, "messages-1", "http://m1:1");

    private static final Pattern HAPPENED =
            Pattern.compile("\"what\":\"([^\"]*)\",\"replica\":\"([^\"]*)\",\"text\":\"([^\"]*)\"");

    private final List<Place> places = new CopyOnWriteArrayList<>(List.of(MESSAGES, LOGGING, FACADE));
    /** What replicas answer, by their URLs; one that is not here refuses. */
    private final Map<String, Recent> answers = new ConcurrentHashMap<>();

    private final CountDownLatch frozen = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String frozenUrl = "";
    private volatile Summary summary = summary("closed", "messages-1");
    private final LiveView view = new LiveView(() -> places, 3, this::answer, () -> summary, Duration.ZERO);

    @AfterEach
    void thaw() {
        frozen.countDown();
    }

    private static Summary summary(String verdict, String owner) {
        return new Summary("{}", verdict, Optional.of(0), Optional.of(owner));
    }

    private Recent answer(Place place, long after, UUID run) {
        asked.incrementAndGet();
        if (place.url().equals(frozenUrl)) {
            try {
                frozen.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return Optional.ofNullable(answers.get(place.url())).orElseThrow();
    }

    private void answers(Place place, String name, int run, long messages, String... missing) {
        answers.put(place.url(), new Recent(name, new UUID(1, run), messages, List.of(missing), messages, List.of()));
    }

    private void allAnswer() {
        answers(FACADE, "facade-1", 1, 0);
        answers(LOGGING, "logging-1", 1, 0);
        answers(MESSAGES, "messages-1", 1, 0);
    }

    private List<Condition> replicas() {
        return view.now().map(Moment::replicas).orElseThrow();
    }

    private Condition replica(String name) {
        return replicas().stream()
                .filter(one -> one.place().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What has happened so far, without when. */
    private List<String> happened() {
        String json = new String(
                Json.write(out -> {
                    out.writeStartObject();
                    view.happenings().write(0, out);
                    out.writeEndObject();
                }),
                StandardCharsets.UTF_8);
        return HAPPENED.matcher(json)
                .results()
                .map(found -> (found.group(1) + " " + found.group(2) + " " + found.group(3)).strip())
                .toList();
    }

    @Test
    void showsAllInOneOrder_byTheNamesThatTheyTell() {
        allAnswer();
        assertEquals(
                List.of("facade-1", "logging-1", "messages-1"),
                replicas().stream().map(one -> one.place().name()).toList());
        assertEquals(List.of(), happened(), "nothing has happened yet");
    }

    @Test
    void oneThatRefusesIsAwayAtOnce_andBackWhenItAnswers() {
        allAnswer();
        replicas();
        answers.remove(MESSAGES.url());
        Condition away = replica("messages-1");
        assertTrue(away.away());
        assertEquals(List.of("does not answer"), away.missing());
        assertEquals(OptionalLong.empty(), away.messages(), "what it has is not known");
        assertEquals(List.of("away messages-1 does not answer"), happened());
        replicas();
        assertEquals(1, happened().size(), "said once");
        answers(MESSAGES, "messages-1", 2, 5);
        assertEquals(OptionalLong.of(5), replica("messages-1").messages());
        assertEquals(List.of("away messages-1 does not answer", "back messages-1 started anew"), happened());
    }

    @Test
    void oneThatIsFrozenHoldsNobodyUp_isAskedOnce_andIsAwayInTime() {
        allAnswer();
        replicas();
        frozenUrl = MESSAGES.url();
        asked.set(0);
        long begun = System.nanoTime();
        boolean away = false;
        int looks = 0;
        while (!away && System.nanoTime() - begun < Duration.ofSeconds(20).toNanos()) {
            away = replica("messages-1").away();
            looks++;
        }
        assertTrue(away);
        assertTrue(System.nanoTime() - begun >= Duration.ofSeconds(2).toNanos(), "slow is not away");
        assertEquals(2 * looks + 1, asked.get(), "the others each time, the frozen one once");
        frozenUrl = "";
        frozen.countDown();
        while (replica("messages-1").away()) {
            assertTrue(System.nanoTime() - begun < Duration.ofSeconds(30).toNanos());
        }
    }

    @Test
    void oneThatLeftTheClusterIsAskedOn_andOneMoreThanExpectedIsForgotten() {
        allAnswer();
        replicas();
        places.remove(MESSAGES);
        answers.remove(MESSAGES.url());
        assertTrue(replica("messages-1").away());
        Place other = new Place(Kind.MESSAGES, "messages-2", "http://m2:1");
        places.add(other);
        answers(other, "messages-2", 1, 0);
        assertEquals(
                List.of("facade-1", "logging-1", "messages-2"),
                replicas().stream().map(one -> one.place().name()).toList());
    }

    @Test
    void oneThatWasSeenWhileNobodyLookedIsAwayWhenItHasGone() {
        allAnswer();
        view.remember();
        places.remove(MESSAGES);
        answers.remove(MESSAGES.url());
        assertTrue(replica("messages-1").away());
    }

    @Test
    void oneThatCameBackElsewhereIsOne() {
        allAnswer();
        replicas();
        Place moved = new Place(Kind.MESSAGES, "messages-1", "http://elsewhere:1");
        places.remove(MESSAGES);
        places.add(moved);
        answers(moved, "messages-1", 2, 0);
        assertEquals(3, replicas().size());
        assertEquals("http://elsewhere:1", replica("messages-1").place().url());
    }

    @Test
    void tellsWhatIsMissing_theOwner_andTheVerdict_whenTheyChange() {
        allAnswer();
        replicas();
        answers(LOGGING, "logging-1", 1, 0, "one thing");
        summary = summary("open", "messages-2");
        assertEquals(List.of("one thing"), replica("logging-1").missing());
        List<String> happened = happened();
        assertTrue(happened.contains("changed logging-1 one thing"), happened.toString());
        assertTrue(happened.contains("owner messages-2"), happened.toString());
        assertTrue(happened.contains("verdict  open"), happened.toString());
        replicas();
        assertEquals(3, happened().size(), "said once");
    }

    @Test
    void whoAsksTheSameAtOneMomentSharesTheAnswer_andNotWithMany() {
        allAnswer();
        Moment now = view.now().orElseThrow();
        byte[] first = now.answer(7, () -> new byte[] {1});
        assertSame(first, now.answer(7, () -> new byte[] {2}));
        for (long after = 100; after < 200; after++) {
            now.answer(after, () -> new byte[0]);
        }
        assertEquals(16, now.answers().size());
        assertSame(first, now.answer(7, () -> new byte[] {3}));
    }
}
