package microservices.system.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A history to be told and changed in a test before it is recorded. All times are seconds. */
public final class MadeUpHistory {

    public static final String FACADE_1 = "facade-service-1";
    public static final String FACADE_2 = "facade-service-2";
    public static final String LOGGING_1 = "logging-service-1";
    public static final String LOGGING_2 = "logging-service-2";
    public static final String LOGGING_3 = "logging-service-3";
    public static final String MESSAGES_1 = "messages-service-1";
    public static final String MESSAGES_2 = "messages-service-2";

    public static final Replicas REPLICAS = new Replicas(
            Set.of(FACADE_1, FACADE_2), Set.of(LOGGING_1, LOGGING_2, LOGGING_3), Set.of(MESSAGES_1, MESSAGES_2));

    public final List<Post> posts = new ArrayList<>();
    public final List<Listing> listings = new ArrayList<>();
    public final List<FailedReading> failedReadings = new ArrayList<>();
    public final List<MadeUpStrike> strikes = new ArrayList<>();
    public final List<SelfReport> reports = new ArrayList<>();
    public final TreeMap<Integer, Set<String>> downByRound = new TreeMap<>();

    /** One post; a 201 of the first facade after ten milliseconds unless it is said otherwise. */
    public static final class Post {
        public final String text;
        public double sent;
        public double took = 0.01;
        public String facade = FACADE_1;
        public String key;
        public String id;
        public int status = 201;
        public boolean invalid;
        public boolean nothingWritten;

        private Post(String text, double sent) {
            this.text = text;
            this.sent = sent;
            this.id = "id of " + text;
        }

        public Post took(double seconds) {
            took = seconds;
            return this;
        }

        public Post facade(String name) {
            facade = name;
            return this;
        }

        public Post key(String value) {
            key = value;
            return this;
        }

        public Post id(String value) {
            id = value;
            return this;
        }

        public Post status(int value) {
            status = value;
            return this;
        }

        public Post invalid() {
            invalid = true;
            return this;
        }

        /** A 503 that says that the queue is full. */
        public Post full() {
            nothingWritten = true;
            return status(503);
        }

        public double answered() {
            return sent + took;
        }

        public Operation operation() {
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
    public static final class Listing {
        public final String from;
        public final List<String> texts;
        public final int round;
        public double sent;
        public double took = 0.01;
        private boolean stale;

        private Listing(String from, double sent, int round, Collection<String> texts) {
            this.from = from;
            this.sent = sent;
            this.round = round;
            this.texts = new ArrayList<>(texts);
        }

        public boolean isLog() {
            return from.startsWith("logging");
        }

        public Listing took(double seconds) {
            took = seconds;
            return this;
        }

        /** It is marked as one that may lack something. */
        public Listing stale() {
            stale = true;
            return this;
        }

        public AnsweredList reading() {
            ListKind kind = isLog() ? ListKind.LOG : ListKind.HELD;
            return new AnsweredList(from, kind, from, seconds(sent), seconds(sent + took), texts, stale, round);
        }
    }

    /** One strike, at the second messages replica and recovered at its end unless it is said otherwise. */
    public static final class MadeUpStrike {
        public final String fault;
        public final double from;
        public double until;
        public double recovered;
        public Set<String> targets = Set.of(MESSAGES_2);
        public Set<String> excused = Set.of();
        /** Facades whose clients are to notice nothing. */
        public Set<String> undisturbed = Set.of();

        public List<String> breaches = List.of();
        public boolean refusing;
        public String notReal;

        private MadeUpStrike(String fault, double from, double until) {
            this.fault = fault;
            this.from = from;
            this.until = until;
            this.recovered = until;
        }

        public Strike strike() {
            return new Strike(
                    fault,
                    targets,
                    seconds(from),
                    seconds(until),
                    intervals(excused),
                    seconds(recovered),
                    refusing,
                    List.of(new Interval(seconds(from), seconds(until))),
                    intervals(undisturbed),
                    breaches,
                    notReal);
        }

        private List<ReplicaInterval> intervals(Set<String> replicas) {
            Interval all = new Interval(seconds(from), seconds(recovered));
            return replicas.stream()
                    .map(replica -> new ReplicaInterval(replica, all))
                    .toList();
        }
    }

    /** Three messages: before a strike from 10 to 12, during it, and after it; then two final rounds. All is well. */
    public static MadeUpHistory clean() {
        MadeUpHistory history = new MadeUpHistory();
        history.strike("kill", 10, 12);
        history.post("before", 1);
        history.post("during", 10.5);
        history.post("after", 30);
        history.round(1, 40, List.of("before", "during"), List.of("after"));
        history.round(2, 50, List.of("before"), List.of("during", "after"));
        return history;
    }

    public Post post(String text, double sent) {
        Post post = new Post(text, sent);
        posts.add(post);
        return post;
    }

    public Listing read(String from, double sent, String... texts) {
        Listing listing = new Listing(from, sent, FinalRound.NONE, List.of(texts));
        listings.add(listing);
        return listing;
    }

    public MadeUpStrike strike(String fault, double from, double until) {
        MadeUpStrike strike = new MadeUpStrike(fault, from, until);
        strikes.add(strike);
        return strike;
    }

    /** A final round within a second: every logging replica has all that is held, and {@code loggedOnly}. */
    public void round(int number, double start, List<String> held1, List<String> held2, String... loggedOnly) {
        downByRound.put(number, Set.of());
        Set<String> logged = new TreeSet<>(List.of(loggedOnly));
        logged.addAll(held1);
        logged.addAll(held2);
        double at = start;
        for (String replica : List.of(LOGGING_1, LOGGING_2, LOGGING_3)) {
            listings.add(new Listing(replica, at += 0.1, number, logged));
        }
        listings.add(new Listing(MESSAGES_1, at += 0.1, number, held1));
        listings.add(new Listing(MESSAGES_2, at += 0.1, number, held2));
    }

    /** What the first facade says before the second round. */
    public void report(String path, String verdict) {
        reports.removeIf(report -> report.path().equals(path));
        reports.add(new SelfReport(FACADE_1, path, seconds(49), verdict, 2));
    }

    /** The list that a round read from a replica. */
    public Listing listing(String from, int round) {
        return listings.stream()
                .filter(listing -> listing.round == round && listing.from.equals(from))
                .findFirst()
                .orElseThrow();
    }

    public Post post(String text) {
        return posts.stream().filter(post -> post.text.equals(text)).findFirst().orElseThrow();
    }

    /** Whose replicas are {@link #REPLICAS}. */
    public void record(History history) {
        posts.forEach(post -> history.add(post.operation()));
        listings.forEach(listing -> history.add(listing.reading()));
        failedReadings.forEach(history::add);
        reports.forEach(history::add);
        strikes.forEach(strike -> history.add(strike.strike()));
        downByRound.forEach((number, down) -> history.add(new FinalRound(number, down)));
    }

    public static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
