package microservices.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A history to be told and changed in a test before it is recorded. All times are seconds. */
final class MadeUpHistory {

    static final String FACADE_1 = "facade-service-1";
    static final String FACADE_2 = "facade-service-2";
    static final String LOGGING_1 = "logging-service-1";
    static final String LOGGING_2 = "logging-service-2";
    static final String LOGGING_3 = "logging-service-3";
    static final String MESSAGES_1 = "messages-service-1";
    static final String MESSAGES_2 = "messages-service-2";

    final List<Post> posts = new ArrayList<>();
    final List<Listing> listings = new ArrayList<>();
    final List<FailedRead> failedReads = new ArrayList<>();
    final List<Struck> strikes = new ArrayList<>();
    final TreeMap<Integer, Set<String>> downByRound = new TreeMap<>();

    /** One post; a 201 of the first facade after ten milliseconds unless it is said otherwise. */
    static final class Post {
        final String text;
        double sent;
        double took = 0.01;
        String facade = FACADE_1;
        String key;
        String id;
        int status = 201;
        boolean invalid;
        boolean nothingWritten;

        private Post(String text, double sent) {
            this.text = text;
            this.sent = sent;
            this.id = "id of " + text;
        }

        Post took(double seconds) {
            took = seconds;
            return this;
        }

        Post facade(String name) {
            facade = name;
            return this;
        }

        Post key(String value) {
            key = value;
            return this;
        }

        Post id(String value) {
            id = value;
            return this;
        }

        Post status(int value) {
            status = value;
            return this;
        }

        Post invalid() {
            invalid = true;
            return this;
        }

        /** A 503 that says that the queue is full. */
        Post full() {
            nothingWritten = true;
            return status(503);
        }

        double answered() {
            return sent + took;
        }

        Operation operation() {
            return new Operation(
                    "client-1",
                    facade,
                    text,
                    key,
                    status == 201 ? id : null,
                    seconds(sent),
                    seconds(sent + took),
                    status,
                    invalid,
                    nothingWritten);
        }
    }

    /** One list as it was read, within ten milliseconds unless it is said otherwise. */
    static final class Listing {
        final String from;
        final List<String> texts;
        final int round;
        double sent;
        double took = 0.01;

        private Listing(String from, double sent, int round, Collection<String> texts) {
            this.from = from;
            this.sent = sent;
            this.round = round;
            this.texts = new ArrayList<>(texts);
        }

        boolean isLog() {
            return from.startsWith("logging");
        }

        Listing took(double seconds) {
            took = seconds;
            return this;
        }

        Reading reading() {
            Reading.Kind kind = isLog() ? Reading.Kind.LOG : Reading.Kind.HELD;
            return new Reading(from, kind, from, seconds(sent), seconds(sent + took), texts, round);
        }
    }

    /** One strike, at the second messages replica and recovered at its end unless it is said otherwise. */
    static final class Struck {
        final String fault;
        final double from;
        double until;
        double recovered;
        Set<String> targets = Set.of(MESSAGES_2);
        Set<String> excused = Set.of();
        /** Facades whose clients are to notice nothing. */
        Set<String> undisturbed = Set.of();

        List<String> breaches = List.of();
        boolean refusing;
        String notReal;

        private Struck(String fault, double from, double until) {
            this.fault = fault;
            this.from = from;
            this.until = until;
            this.recovered = until;
        }

        Strike strike() {
            return new Strike(
                    fault,
                    targets,
                    seconds(from),
                    seconds(until),
                    stretches(excused),
                    seconds(recovered),
                    refusing,
                    List.of(new Span(seconds(from), seconds(until))),
                    stretches(undisturbed),
                    breaches,
                    notReal);
        }

        private List<Stretch> stretches(Set<String> replicas) {
            Span all = new Span(seconds(from), seconds(recovered));
            return replicas.stream().map(replica -> new Stretch(replica, all)).toList();
        }
    }

    /** Three messages: before a strike from 10 to 12, during it, and after it; then two final rounds. All is well. */
    static MadeUpHistory clean() {
        MadeUpHistory history = new MadeUpHistory();
        history.strike("kill", 10, 12);
        history.post("before", 1);
        history.post("during", 10.5);
        history.post("after", 30);
        history.round(1, 40, List.of("before", "during"), List.of("after"));
        history.round(2, 50, List.of("before"), List.of("during", "after"));
        return history;
    }

    Post post(String text, double sent) {
        Post post = new Post(text, sent);
        posts.add(post);
        return post;
    }

    Listing read(String from, double sent, String... texts) {
        Listing listing = new Listing(from, sent, Reading.NO_ROUND, List.of(texts));
        listings.add(listing);
        return listing;
    }

    Struck strike(String fault, double from, double until) {
        Struck strike = new Struck(fault, from, until);
        strikes.add(strike);
        return strike;
    }

    /** A final round within a second: every logging replica has all that is held, and {@code loggedOnly}. */
    void round(int number, double start, List<String> held1, List<String> held2, String... loggedOnly) {
        downByRound.put(number, Set.of());
        Set<String> logged = new TreeSet<>(List.of(loggedOnly));
        logged.addAll(held1);
        logged.addAll(held2);
        double at = start;
        for (Topology.Replica replica : Topology.USUAL.replicas(Service.LOGGING)) {
            listings.add(new Listing(replica.name(), at += 0.1, number, logged));
        }
        listings.add(new Listing(MESSAGES_1, at += 0.1, number, held1));
        listings.add(new Listing(MESSAGES_2, at += 0.1, number, held2));
    }

    /** The list that a round read from a replica. */
    Listing listing(String from, int round) {
        return listings.stream()
                .filter(listing -> listing.round == round && listing.from.equals(from))
                .findFirst()
                .orElseThrow();
    }

    Post post(String text) {
        return posts.stream().filter(post -> post.text.equals(text)).findFirst().orElseThrow();
    }

    /** Whose replicas are {@link Topology#USUAL}. */
    void record(History history) {
        posts.forEach(post -> history.add(post.operation()));
        listings.forEach(listing -> history.add(listing.reading()));
        failedReads.forEach(history::add);
        strikes.forEach(strike -> history.add(strike.strike()));
        downByRound.forEach((number, down) -> history.add(new Round(number, down)));
    }

    Verdict check() {
        History history = new History(Writer.nullWriter(), Topology.USUAL);
        record(history);
        return Checker.check(history);
    }

    void assertPasses() {
        Verdict verdict = check();
        assertEquals(List.of(), verdict.violations());
        assertEquals(List.of(), verdict.invalid());
        assertTrue(verdict.passed());
    }

    /** Asserts that this violation is found, and nothing else. */
    void assertOnly(Violation.Kind kind, String text) {
        Verdict verdict = check();
        assertEquals(1, verdict.violations().size(), verdict.violations()::toString);
        assertEquals(kind, verdict.violations().get(0).kind(), verdict.violations()::toString);
        assertEquals(text, verdict.violations().get(0).text());
        assertEquals(List.of(), verdict.invalid());
        assertFalse(verdict.passed());
    }

    static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
