package microservices.system.history;

import static microservices.system.history.MadeUpHistory.FACADE_1;
import static microservices.system.history.MadeUpHistory.FACADE_2;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Some hundred messages, retries and readings around three strikes, as a system that keeps its promises shows them. */
public final class RandomHistory {

    private static final int STRIKES = 3;
    private static final int PERIOD = 60;
    private static final int POSTS_A_PERIOD = 100;

    public final MadeUpHistory history = new MadeUpHistory();

    private final Random random;
    private final Map<String, Double> logged = new HashMap<>();
    private final Map<String, Boolean> heldByFirst = new HashMap<>();

    public RandomHistory(long seed) {
        this.random = new Random(seed);
        for (int strike = 0; strike < STRIKES; strike++) {
            period(strike);
        }
    }

    /** Posts for 45 s, a strike from the tenth on, readings in between, a final round. */
    private void period(int number) {
        double start = number * PERIOD;
        MadeUpHistory.MadeUpStrike strike = history.strike("fault " + random.nextInt(2), start + 10, start + 12);
        strike.excused = random.nextBoolean() ? Set.of(FACADE_1) : Set.of();
        strike.recovered = start + 14;
        history.post("under way " + number, start + 11).facade(FACADE_2);
        apply("under way " + number, start + 11.005);
        for (int i = 0; i < POSTS_A_PERIOD; i++) {
            post(number + "." + i, start, strike);
        }
        for (int i = 0; i < 10; i++) {
            double at = start + 1 + random.nextInt(45);
            history.read("logging-service-" + (1 + random.nextInt(3)), at, loggedAt(at))
                    .took(random.nextInt(2000) / 1000.0);
        }
        double at = start + 50;
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        heldByFirst.replaceAll((text, isFirst) -> isFirst ^ (random.nextInt(20) == 0));
        heldByFirst.forEach((text, isFirst) -> (isFirst ? first : second).add(text));
        history.round(number + 1, at, first, second, loggedAt(at));
    }

    private void post(String text, double start, MadeUpHistory.MadeUpStrike strike) {
        double at = start + random.nextInt(45_000) / 1000.0;
        double took = 0.002 + random.nextInt(100) / 1000.0;
        MadeUpHistory.Post post = history.post(text, at).took(took).facade(random.nextBoolean() ? FACADE_1 : FACADE_2);
        boolean troubled = at > strike.from && at < strike.until + 10;
        if (troubled && random.nextInt(3) == 0) {
            boolean excused = strike.excused.contains(post.facade) && at < strike.recovered;
            post.status(excused ? Request.NO_ANSWER : 503).key("key of " + text);
            if (random.nextBoolean()) {
                apply(text, at + took * random.nextDouble());
            }
            if (random.nextBoolean()) {
                history.post(text, at + took + 0.2).key(post.key).facade(FACADE_2);
                apply(text, at + took + 0.205);
            }
        } else {
            apply(text, at + took * random.nextDouble());
            if (random.nextInt(10) == 0) {
                post.key("key of " + text);
                history.post("refused " + text, at + took).key(post.key).status(409);
            }
        }
    }

    /** Of what nobody was promised, some is logged and never held. */
    private void apply(String text, double at) {
        boolean acknowledged = history.posts.get(history.posts.size() - 1).status == 201;
        logged.merge(text, at, Math::min);
        if (acknowledged || random.nextBoolean()) {
            heldByFirst.putIfAbsent(text, random.nextBoolean());
        }
    }

    private String[] loggedAt(double time) {
        return logged.entrySet().stream()
                .filter(entry -> entry.getValue() <= time)
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
    }
}
