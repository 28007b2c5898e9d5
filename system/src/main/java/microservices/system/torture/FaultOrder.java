package microservices.system.torture;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which fault strikes next, and what it chooses by: the same for the same seed and the same faults. Each kind has
 * its turn before any has another one; what strikes several times in a row does so in one turn.
 */
final class FaultOrder {

    /** One strike to come; the choices are for this strike alone. */
    record Next(Fault fault, Random choices) {}

    private final List<Fault> faults;
    private final Random random;
    private final List<Fault> deck = new ArrayList<>();

    /** @param faults at least one */
    FaultOrder(List<Fault> faults, long seed) {
        this.faults = List.copyOf(faults);
        this.random = new Random(seed);
    }

    Next next() {
        if (deck.isEmpty()) {
            deck.addAll(faults);
            Collections.shuffle(deck, random);
        }
        return new Next(deck.remove(0), new Random(random.nextLong()));
    }
}
