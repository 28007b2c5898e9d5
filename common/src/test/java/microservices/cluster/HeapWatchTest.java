package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** With a heap of 1000, of which more than 500 is short and less than 450 is room. */
class HeapWatchTest {

    /** A heap with so much to keep and so much garbage in it. */
    private static final class FakePool implements HeapWatch.Pool {
        private long live;
        private long garbage;
        private long afterCollection;
        private int asked;

        @Override
        public long used() {
            return live + garbage;
        }

        @Override
        public long usedAfterCollection() {
            return afterCollection;
        }

        @Override
        public void collect() {
            asked++;
            collectByItself();
        }

        void collectByItself() {
            garbage = 0;
            afterCollection = live;
        }
    }

    private final FakePool pool = new FakePool();
    private long now = 1;
    private final HeapWatch watch = new HeapWatch(pool, 1000, () -> now);

    @Test
    void hasRoom_andCollectsNothing_whileLittleIsUsed() {
        pool.live = 300;
        pool.garbage = 200;
        assertFalse(watch.isShort());
        assertEquals(0, pool.asked);
    }

    @Test
    void hasRoom_whenItIsGarbage() {
        pool.live = 400;
        pool.garbage = 101;
        assertFalse(watch.isShort());
        assertEquals(1, pool.asked, "it had to ask");
    }

    @Test
    void isShort_whenItIsNoGarbage() {
        pool.live = 501;
        assertTrue(watch.isShort());
    }

    @Test
    void collectsSeldom_whileGarbageComesAndGoes() {
        pool.live = 480;
        for (int look = 0; look < 100; look++) {
            pool.garbage = 40;
            assertFalse(watch.isShort());
            passes(Duration.ofMillis(200));
        }
        assertTrue(pool.asked <= 3, () -> pool.asked + " in 20 s");
    }

    @Test
    void collectsAtOnce_whenMuchWasAddedSinceTheLastOne() {
        pool.live = 490;
        pool.garbage = 20;
        assertFalse(watch.isShort());
        pool.live = 545;
        passes(Duration.ofMillis(200));
        assertTrue(watch.isShort());
    }

    @Test
    void believesTheJvmsOwnCollection() {
        pool.live = 490;
        pool.garbage = 20;
        assertFalse(watch.isShort());
        pool.live = 505;
        pool.collectByItself();
        assertTrue(watch.isShort());
        assertEquals(1, pool.asked);
        pool.live = 440;
        pool.collectByItself();
        pool.garbage = 200;
        assertFalse(watch.isShort());
        assertEquals(1, pool.asked);
    }

    @Test
    void hasRoomAgain_onlyWhenThereIsSome() {
        pool.live = 501;
        assertTrue(watch.isShort());
        pool.live = 480;
        passes(Duration.ofMinutes(5));
        assertTrue(watch.isShort(), "a little less than short is no room");
        pool.live = 450;
        assertFalse(watch.isShort());
    }

    @Test
    void findsOutThatThereIsRoom_behindGarbage() {
        pool.live = 501;
        assertTrue(watch.isShort());
        pool.live = 200;
        pool.garbage = 500;
        assertTrue(watch.isShort());
        passes(Duration.ofSeconds(60));
        assertFalse(watch.isShort());
    }

    @Test
    void collectsEverMoreSeldom_whileItStaysShort() {
        pool.live = 600;
        for (int look = 0; look < 5 * 600; look++) {
            assertTrue(watch.isShort());
            passes(Duration.ofMillis(200));
        }
        assertTrue(pool.asked <= 14, () -> pool.asked + " in 10 min");
    }

    private void passes(Duration time) {
        now += time.toNanos();
    }
}
