package microservices.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {

    private final List<String> steps = new ArrayList<>();
    private final Shutdown shutdown = new Shutdown("test");

    @Test
    void becomesUnreadyFirst_andThenClosesInReverseOrder() {
        shutdown.thenClose(() -> steps.add("member"))
                .first(() -> steps.add("unready"))
                .thenClose(() -> steps.add("consumer"))
                .thenClose(() -> steps.add("server"));
        shutdown.run();
        assertEquals(List.of("unready", "server", "consumer", "member"), steps);
    }

    @Test
    void closesTheOthers_whenOneFails() {
        shutdown.thenClose(() -> steps.add("member"))
                .thenClose(() -> {
                    throw new IOException("cannot close");
                })
                .thenClose(() -> {
                    throw new IllegalStateException("cannot close either");
                })
                .thenClose(() -> steps.add("server"));
        shutdown.run();
        assertEquals(List.of("server", "member"), steps);
    }

    @Test
    void closesAll_whenTheFirstStepFails() {
        shutdown.first(() -> {
                    throw new IllegalStateException("cannot become unready");
                })
                .thenClose(() -> steps.add("member"));
        shutdown.run();
        assertEquals(List.of("member"), steps);
    }

    @Test
    void doesNothingTheSecondTime() {
        shutdown.first(() -> steps.add("unready")).thenClose(() -> steps.add("member"));
        shutdown.run();
        shutdown.run();
        assertEquals(List.of("unready", "member"), steps);
    }
}
