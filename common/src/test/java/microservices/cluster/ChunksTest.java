package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChunksTest {

    @Test
    void theLastOneIsShorter() {
        assertEquals(List.of(List.of(1, 2), List.of(3, 4), List.of(5)), Chunks.of(List.of(1, 2, 3, 4, 5), 2));
    }

    @Test
    void aListThatFitsIsOneChunk() {
        assertEquals(List.of(List.of(1, 2)), Chunks.of(List.of(1, 2), 2));
    }

    @Test
    void anEmptyListHasNone() {
        assertEquals(List.of(), Chunks.of(List.of(), 2));
    }
}
