package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import microservices.facade.Gathering.Part;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;

class KeeperTest {

    private static final String KEY = "0d9e7f3c-4c1e-4a0f-8f6e-3b1b6a1c2d3e";

    @Test
    void registersEachBatchOnce_underItsIdInTheLog_andNoneThatIsNotThere() {
        UUID earlier = new BatchIds().next();
        List<Part> parts = List.of(
                TestPosts.part("a", KEY),
                TestPosts.part("b", KEY),
                TestPosts.part("c", null),
                TestPosts.part("a", KEY));
        UUID unkeyed = parts.get(2).batch().id();
        List<Optional<UUID>> ids =
                List.of(Optional.of(earlier), Optional.empty(), Optional.of(unkeyed), Optional.of(earlier));

        assertEquals(List.of(parts.get(0).batch().withId(earlier), parts.get(2).batch()), Keeper.logged(parts, ids));
    }

    @Test
    void itsLineHasTheIdOfEachMessage() {
        Batch batch = TestMessages.batch("m", 3);
        assertEquals(
                batch.messages().stream()
                        .map(message -> "identifier='" + message.id() + "'")
                        .collect(Collectors.joining(" ")),
                Keeper.identifiers(batch));
    }
}
