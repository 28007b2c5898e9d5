package microservices.system.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultOrderTest {

    @Test
    void isTheSameForTheSameSeed_choicesAndAll() {
        assertEquals(order(7), order(7));
        assertNotEquals(order(7), order(8));
    }

    @Test
    void eachKindStrikesOnce_beforeAnyStrikesAgain() {
        FaultOrder order = new FaultOrder(Faults.all(), 3);
        for (int round = 0; round < 3; round++) {
            Set<String> struck = new HashSet<>();
            for (int i = 0; i < Faults.all().size(); i++) {
                struck.add(order.next().fault().name());
            }
            assertEquals(Faults.all().size(), struck.size());
        }
    }

    @Test
    void namesAreUnique() {
        Set<String> names = new HashSet<>();
        Faults.all().forEach(fault -> names.add(fault.name()));
        assertEquals(Faults.all().size(), names.size());
    }

    private static List<String> order(long seed) {
        FaultOrder order = new FaultOrder(Faults.all(), seed);
        return Stream.generate(order::next)
                .limit(60)
                .map(next -> next.fault().name() + next.choices().nextInt())
                .toList();
    }
}
