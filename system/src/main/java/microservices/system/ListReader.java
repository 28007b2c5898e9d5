package microservices.system;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import microservices.system.Reading.Kind;
import microservices.system.Topology.Replica;

/**
 * Reads the lists of a system into a history: now and then through the facades, on a thread of its own, and all of them
 * at once in a final round.
 */
final class ListReader implements AutoCloseable {

    private static final Duration PERIOD = Duration.ofSeconds(2);
    /** How long delivery may take once everything is whole again; what has not come by then is lost. */
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(500);
    /** A replica that is busy answers 503; it is asked again before it counts as dead. */
    private static final int ATTEMPTS = 20;

    private final LocalSystem system;
    private final History history;
    private final RunClient http;
    private final RunClock clock;
    private final Thread thread = new Thread(this::run, "reader");
    private final CountDownLatch closed = new CountDownLatch(1);

    private int rounds;

    ListReader(LocalSystem system, History history, RunClock clock) {
        this.system = system;
        this.history = history;
        this.clock = clock;
        this.http = new RunClient(clock);
    }

    void start() {
        thread.start();
    }

    private void run() {
        RunClient own = new RunClient(clock);
        List<Replica> facades = system.topology().replicas(Service.FACADE);
        try {
            for (int n = 0; !closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS); n++) {
                read(own, facades.get(n % facades.size()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads both lists through a facade; returns whether that was possible. */
    boolean read(Replica facade) throws InterruptedException {
        return read(http, facade);
    }

    private boolean read(RunClient http, Replica facade) throws InterruptedException {
        RunClient.Answer answer = http.get(system.url(facade) + "/");
        if (answer.status() != 200) {
            history.add(new FailedRead(facade.name(), answer.sent(), answer.answered(), answer.status()));
            return false;
        }
        try {
            List<List<String>> lists = TextLists.readAll(answer.body());
            add(answer.logReplica(), Kind.LOG, facade, answer, lists.get(0), Reading.NO_ROUND);
            add(answer.heldReplica(), Kind.HELD, facade, answer, lists.get(1), Reading.NO_ROUND);
            return true;
        } catch (IOException e) {
            throw new IllegalStateException("GET / of " + facade.name() + " is not two lists", e);
        }
    }

    private void add(String from, Kind kind, Replica asked, RunClient.Answer answer, List<String> texts, int round) {
        history.add(new Reading(from, kind, asked.name(), answer.sent(), answer.answered(), texts, round));
    }

    /**
     * Waits until the messages replicas hold everything that was acknowledged, each once, or it has taken too long; and
     * then reads every replica, but for those that are down. Nobody is to post meanwhile.
     */
    void finalRound(Set<String> down) throws InterruptedException, IOException {
        awaitQuiet(down);
        rounds++;
        history.add(new Round(rounds, down));
        for (Replica replica : system.replicas()) {
            if (replica.service() != Service.FACADE && !down.contains(replica.name())) {
                Kind kind = replica.service() == Service.LOGGING ? Kind.LOG : Kind.HELD;
                RunClient.Answer answer = list(replica);
                add(replica.name(), kind, replica, answer, TextLists.readOne(answer.body()), rounds);
            }
        }
    }

    private void awaitQuiet(Set<String> down) throws InterruptedException, IOException {
        Set<String> acknowledged = new HashSet<>();
        for (PostedMessage message : history.snapshot().messages()) {
            if (message != null && message.outcome() == Outcome.ACKNOWLEDGED) {
                acknowledged.add(message.text());
            }
        }
        Duration deadline = clock.now().plus(QUIET_WITHIN);
        while (!heldOnce(acknowledged, down) && clock.now().compareTo(deadline) < 0) {
            closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private boolean heldOnce(Set<String> acknowledged, Set<String> down) throws InterruptedException, IOException {
        Set<String> held = new HashSet<>();
        int count = 0;
        for (Replica replica : system.topology().replicas(Service.MESSAGES)) {
            if (!down.contains(replica.name())) {
                List<String> texts = TextLists.readOne(list(replica).body());
                held.addAll(texts);
                count += texts.size();
            }
        }
        return count == held.size() && held.containsAll(acknowledged);
    }

    private RunClient.Answer list(Replica replica) throws InterruptedException, IOException {
        String path = replica.service() == Service.LOGGING ? "/logs" : "/messages";
        for (int attempt = 1; ; attempt++) {
            RunClient.Answer answer = http.get(system.url(replica) + path);
            if (answer.status() == 200) {
                return answer;
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
