package microservices.system.load;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import microservices.system.history.AnsweredList;
import microservices.system.history.FailedReading;
import microservices.system.history.FinalRound;
import microservices.system.history.History;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.ListKind;
import microservices.system.history.Outcome;
import microservices.system.history.PostedMessage;
import microservices.system.history.Reading;
import microservices.system.history.RunClock;
import microservices.system.history.SelfReport;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;

/**
 * Reads the lists of a system into a history: now and then through the facades, on a thread of its own, and all of them
 * at once in a final round.
 */
public final class ListReader implements AutoCloseable {

    /** Each reading lists everything, on the machine that the system shares. */
    private static final Duration PERIOD = Duration.ofSeconds(5);
    /** How long delivery may take once everything is whole again; what has not come by then is lost. */
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(60);

    /** How long a facade may take to be sure when nothing moves any more. */
    private static final Duration SURE_WITHIN = Duration.ofSeconds(15);

    private static final Duration POLL = Duration.ofMillis(500);
    /** A replica that is busy answers 503; it is asked again before it counts as dead. */
    private static final int ATTEMPTS = 20;

    private final LocalSystem system;
    private final History history;
    private final RunClient http;
    private final RunClock clock;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    private int rounds;

    public ListReader(LocalSystem system, History history, RunClock clock) {
        this.system = system;
        this.history = history;
        this.clock = clock;
        this.http = new RunClient(clock);
        this.thread = Observers.thread(history, "reader", this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        List<Replica> facades = system.topology().replicas(Service.FACADE);
        try (RunClient own = new RunClient(clock)) {
            for (int n = 0; !closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS); n++) {
                read(own, facades.get(n % facades.size()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads both lists through a facade; returns whether that was possible. */
    public boolean read(Replica facade) throws InterruptedException {
        return read(http, facade);
    }

    private boolean read(RunClient http, Replica facade) throws InterruptedException {
        RunClient.Answer answer = http.get(system.url(facade) + "/");
        Optional<List<List<String>>> lists = read(answer, facade, AnswerParser::parseBoth);
        lists.ifPresent(both -> {
            add(answer.logReplica(), ListKind.LOG, facade, answer, both.get(0), FinalRound.NONE);
            add(answer.heldReplica(), ListKind.HELD, facade, answer, both.get(1), FinalRound.NONE);
        });
        return lists.isPresent();
    }

    private interface Body<T> {
        T read(byte[] json) throws IOException;
    }

    /** What a 200 has brought; anything else is recorded as a failed read. */
    private <T> Optional<T> read(RunClient.Answer answer, Replica asked, Body<T> body) {
        String malformed = null;
        if (answer.status() == 200) {
            try {
                return Optional.of(body.read(answer.body()));
            } catch (IOException e) {
                malformed = e.toString();
            }
        }
        history.add(new FailedReading(asked.name(), answer.sent(), answer.answered(), answer.status(), malformed));
        return Optional.empty();
    }

    private Reading add(
            String from, ListKind kind, Replica asked, RunClient.Answer answer, List<String> texts, int round) {
        boolean stale = kind == ListKind.LOG && answer.stale();
        return history.add(
                new AnsweredList(from, kind, asked.name(), answer.sent(), answer.answered(), texts, stale, round));
    }

    /**
     * Waits until the messages replicas hold everything that they owe, each once, or it has taken too long; and then
     * reads every replica, but for those that are down. Nobody is to post meanwhile.
     */
    public void finalRound(Set<String> down) throws InterruptedException, IOException {
        awaitQuiet(down);
        rounds++;
        history.add(new FinalRound(rounds, down));
        for (Replica facade : system.topology().replicas(Service.FACADE)) {
            if (!down.contains(facade.name())) {
                addReport(facade, "/status");
                addReport(facade, "/verify");
            }
        }
        for (Replica replica : system.replicas()) {
            if (replica.service() != Service.FACADE && !down.contains(replica.name())) {
                list(replica, rounds);
            }
        }
    }

    /** What a facade says once it says that all is well, or in the end. */
    private void addReport(Replica facade, String path) throws InterruptedException {
        Duration deadline = clock.now().plus(SURE_WITHIN);
        while (true) {
            RunClient.Answer answer = http.get(system.url(facade) + path);
            String verdict = AnswerParser.parseField(answer.body(), "verdict").orElse("none");
            if (verdict.equals(SelfReport.CLOSED) || clock.now().compareTo(deadline) >= 0) {
                history.add(new SelfReport(facade.name(), path, answer.answered(), verdict, rounds));
                return;
            }
            closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void awaitQuiet(Set<String> down) throws InterruptedException, IOException {
        BitSet owed = owed();
        Duration deadline = clock.now().plus(QUIET_WITHIN);
        while (!heldOnce(owed, down) && clock.now().compareTo(deadline) < 0) {
            closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** What a round has to find in the held lists: what was acknowledged, and what was seen there before. */
    private BitSet owed() {
        HistorySnapshot run = history.snapshot();
        BitSet seen = new BitSet();
        run.heldReadings().forEach(reading -> seen.or(reading.texts()));
        BitSet owed = new BitSet();
        for (int number = 0; number < run.messages().size(); number++) {
            PostedMessage message = run.messages().get(number);
            if (message != null
                    && (message.outcome() == Outcome.ACKNOWLEDGED
                            || (message.outcome() == Outcome.UNKNOWN && seen.get(number)))) {
                owed.set(number);
            }
        }
        return owed;
    }

    /** Adds what it sees to what is owed: that, too, is not to vanish. */
    private boolean heldOnce(BitSet owed, Set<String> down) throws InterruptedException, IOException {
        BitSet held = new BitSet();
        boolean once = true;
        for (Replica replica : system.topology().replicas(Service.MESSAGES)) {
            if (!down.contains(replica.name())) {
                Reading list = list(replica, FinalRound.NONE);
                once &= list.repeated().isEmpty() && !held.intersects(list.texts());
                held.or(list.texts());
            }
        }
        owed.or(held);
        return once && held.equals(owed);
    }

    /** The list of a replica, which is asked until it answers; every answer is recorded. */
    private Reading list(Replica replica, int round) throws InterruptedException, IOException {
        ListKind kind = replica.service() == Service.LOGGING ? ListKind.LOG : ListKind.HELD;
        String path = kind == ListKind.LOG ? "/logs" : "/messages";
        for (int attempt = 1; ; attempt++) {
            RunClient.Answer answer = http.get(system.url(replica) + path);
            Optional<List<String>> texts = read(answer, replica, AnswerParser::parseList);
            if (texts.isPresent()) {
                return add(replica.name(), kind, replica, answer, texts.get(), round);
            }
            if (attempt == ATTEMPTS) {
                throw new IOException(replica.name() + " cannot be read: status " + answer.status());
            }
            closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
