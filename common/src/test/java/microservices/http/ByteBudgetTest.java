package microservices.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import microservices.message.Refusal;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

    private final ByteBudget budget = new ByteBudget("bodies", 100);

    @Test
    void refusesWhatIsMoreThanIsLeft_andServesItWhenItIsGivenBack() {
        ByteBudget.Share first = budget.take(60);
        ByteBudget.Share second = budget.take(40);
        Refusal error = assertThrows(Refusal.class, () -> budget.take(1));
        assertEquals(503, error.status());
        second.close();
        second.close();
        assertEquals(60, budget.used());
        budget.take(40);
        first.close();
        assertEquals(40, budget.used());
    }

    @Test
    void servesOneAlone_howeverMuchItIs() {
        ByteBudget.Share share = budget.take(1000);
        assertThrows(Refusal.class, () -> budget.take(1));
        share.close();
        assertEquals(0, budget.used());
    }
}
