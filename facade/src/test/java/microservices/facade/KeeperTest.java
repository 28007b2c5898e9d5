package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import microservices.message.Attempt;
import microservices.message.Message;
import org.junit.jupiter.api.Test;

class KeeperTest {

    private static final Optional<String> KEY = Optional.of("0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e");

    @Test
    void offersEachMessageOnce_underItsIdInTheLog_andNoneThatIsNotThere() {
        List<Attempt> attempts = List.of(
                new Attempt(new Message("1", "a"), KEY),
                new Attempt(new Message("2", "b"), KEY),
                new Attempt(new Message("3", "c"), Optional.empty()),
                new Attempt(new Message("4", "a"), KEY));
        List<Optional<String>> ids = List.of(Optional.of("0"), Optional.empty(), Optional.of("3"), Optional.of("0"));

        assertEquals(List.of(new Message("0", "a"), new Message("3", "c")), Keeper.once(attempts, ids));
    }
}
