package microservices.system.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.Writer;
import java.util.UUID;
import microservices.system.history.History;
import microservices.system.history.MadeUpHistory;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

    private static final long TIME_AND_COUNTER = 0x0190_0000_0000_7001L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long RANDOM = 0x1234_5678_9ABCL;

    private final MadeUpHistory history = new MadeUpHistory();

    @Test
    void countsIdsThatDifferByTheirPlaceAlone_asOneBatch() {
        for (int place = 0; place < 30; place++) {
            post(TIME_AND_COUNTER, place, RANDOM);
        }
        post(TIME_AND_COUNTER + 1, 0, RANDOM);
        post(TIME_AND_COUNTER, 4095, RANDOM + 1);
        assertEquals(32 / 3.0, average());
        assertEquals(30, size().averageOfShared());
    }

    @Test
    void leavesOutWhatWasNotAcknowledgedOrHasNoId() {
        post(TIME_AND_COUNTER, 0, RANDOM);
        history.post("no id", 1);
        history.post("refused", 1).status(503);
        assertEquals(1, average());
    }

    @Test
    void isNothing_whenThereIsNothing() {
        assertEquals(0, average());
    }

    private void post(long high, long place, long random) {
        UUID id = new UUID(high, VARIANT | place << 50 | random);
        history.post("text " + id, 1).id(id.toString());
    }

    private double average() {
        return size().average();
    }

    private BatchSize size() {
        History recorded = new History(Writer.nullWriter(), MadeUpHistory.REPLICAS);
        history.record(recorded);
        return new BatchSize(recorded.snapshot().messages());
    }
}
