package microservices.system.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import microservices.system.history.Operation;
import microservices.system.history.Outcome;
import microservices.system.history.RunClock;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology.Replica;

/**
 * What one client of a {@link Load} posts: unique texts. One in three (in the crowd, one in nine) has an Idempotency-Key
 * and is sent again, by turns at the other facade too, until it is acknowledged; the others are sent once. In place of a
 * new text it now and then sends an acknowledged one again, another text with its key, or a post that has to be refused.
 */
final class LoadClient implements AutoCloseable {

    private static final int KEYED = 3;
    private static final int KEYED_IN_CROWD = 9;

    private static final int RETRIES = 10;
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    /** One in so many posts is of each unusual kind: that is one for every ten texts with a key. */
    private static final int SELDOM = 30;

    private static final int MOST_REMEMBERED = 200;

    private final String name;
    private final boolean ofCrowd;
    private final int first;
    private final Random random;
    private final String prefix;
    private final LocalSystem system;
    private final List<Replica> facades;
    private final Load load;
    private final RunClient http;
    /** What was acknowledged with a key: the latest, and some from any time before. */
    private final List<Kept> remembered = new ArrayList<>();

    private int posts;

    private record Kept(String text, String key, int facade) {}

    /**
     * @param ofCrowd whether it posts when all of the crowd do
     * @param first the facade that it usually asks first
     * @param seed of the run, by which its texts differ from those of other runs
     */
    LoadClient(
            String name,
            boolean ofCrowd,
            int first,
            long seed,
            Random random,
            LocalSystem system,
            Load load,
            RunClock clock) {
        this.name = name;
        this.ofCrowd = ofCrowd;
        this.first = first;
        this.random = random;
        this.prefix = "s" + seed + "-" + name + "-";
        this.system = system;
        this.facades = system.topology().replicas(Service.FACADE);
        this.load = load;
        this.http = new RunClient(clock);
    }

    String name() {
        return name;
    }

    boolean isOfCrowd() {
        return ofCrowd;
    }

    /** How many posts it has begun. */
    int posts() {
        return posts;
    }

    /** Posts once, or as often as its key allows. */
    void post() throws InterruptedException {
        posts++;
        String text = prefix + posts;
        int chance = random.nextInt(SELDOM);
        if (chance == 0 && !remembered.isEmpty()) {
            Kept kept = any();
            keep(kept.text(), kept.key(), kept.facade() + 1);
        } else if (chance == 1 && !remembered.isEmpty()) {
            Kept kept = any();
            post(text, kept.key(), kept.facade() + 1, false);
        } else if (chance == 2) {
            post(text, "not a key " + text, first, true);
        } else if (posts % (ofCrowd ? KEYED_IN_CROWD : KEYED) == 0) {
            keep(text, key(text), first).ifPresent(this::remember);
        } else {
            post(text, null, first, false);
        }
    }

    /** A UUID, or another string of visible ASCII characters. */
    private String key(String text) {
        UUID uuid = new UUID(random.nextLong(), random.nextLong());
        return random.nextBoolean() ? uuid.toString() : "key/" + text + "#" + uuid.getLeastSignificantBits();
    }

    private void remember(Kept kept) {
        if (remembered.size() == MOST_REMEMBERED) {
            remembered.remove(random.nextInt(MOST_REMEMBERED));
        }
        remembered.add(kept);
    }

    /** The latest as often as all the others together. */
    private Kept any() {
        int last = remembered.size() - 1;
        return remembered.get(random.nextBoolean() ? last : random.nextInt(remembered.size()));
    }

    private Optional<Kept> keep(String text, String key, int facade) throws InterruptedException {
        for (int attempt = 0; attempt <= RETRIES; attempt++) {
            Outcome outcome = post(text, key, facade + attempt, false);
            if (outcome == Outcome.ACKNOWLEDGED) {
                return Optional.of(new Kept(text, key, facade + attempt));
            }
            if (outcome == Outcome.REFUSED || load.isHeld()) {
                break;
            }
        }
        return Optional.empty();
    }

    /** Returns after a pause if it is not known what came of it. */
    private Outcome post(String text, String key, int facade, boolean invalid) throws InterruptedException {
        Replica asked = facades.get(facade % facades.size());
        RunClient.Answer answer = http.post(system.url(asked), text, key);
        Operation operation = new Operation(
                name,
                asked.name(),
                text,
                key,
                id(answer),
                answer.sent(),
                answer.answered(),
                answer.status(),
                invalid,
                answer.nothingWritten());
        load.add(operation, answer.isFull());
        if (operation.outcome() == Outcome.UNKNOWN) {
            load.pause(RETRY_PAUSE, false);
        }
        return operation.outcome();
    }

    /** Null also where a 201 has no id that can be read, which breaks a promise. */
    private static String id(RunClient.Answer answer) {
        return Outcome.of(answer.status()) == Outcome.ACKNOWLEDGED
                ? AnswerParser.parseField(answer.body(), "id").orElse(null)
                : null;
    }

    @Override
    public void close() {
        http.close();
    }
}
