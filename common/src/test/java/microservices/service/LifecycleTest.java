package microservices.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {

    private final List<String> steps = new ArrayList<>();
    private final Lifecycle lifecycle = new Lifecycle("test");

    @Test
    void startsInOrder_andStopsTheDoorFirst_andThenInReverseOrder() throws Exception {
        lifecycle.open(() -> steps.add("open"), () -> steps.add("close the door"));
        start("member");
        start("consumer");
        lifecycle.stop();
        assertEquals(
                List.of("open", "start member", "start consumer", "close the door", "stop consumer", "stop member"),
                steps);
    }

    @Test
    void stopsTheDoorFirst_whenItWasOpenedLast() throws Exception {
        start("member");
        lifecycle.open(() -> {}, () -> steps.add("close the door"));
        start("consumer");
        steps.clear();
        lifecycle.stop();
        assertEquals(List.of("close the door", "stop consumer", "stop member"), steps);
    }

    @Test
    void closesAlso_whatNeedsNoStart() throws Exception {
        start("member");
        lifecycle.add(() -> steps.add("close the client"));
        start("consumer");
        lifecycle.stop();
        assertEquals(
                List.of("start member", "start consumer", "stop consumer", "close the client", "stop member"), steps);
    }

    @Test
    void stopsTheOthers_whenOneFails() throws Exception {
        lifecycle.open(() -> {}, () -> {
            throw new IllegalStateException("cannot close the door");
        });
        start("member");
        lifecycle.start(() -> {}, () -> {
            throw new IOException("cannot close");
        });
        start("consumer");
        steps.clear();
        lifecycle.stop();
        assertEquals(List.of("stop consumer", "stop member"), steps);
    }

    @Test
    void stopsAPart_whoseStartFailed() throws Exception {
        start("member");
        assertThrows(
                IOException.class,
                () -> lifecycle.start(
                        () -> {
                            throw new IOException("the port is taken");
                        },
                        () -> steps.add("stop consumer")));
        lifecycle.stop();
        assertEquals(List.of("start member", "stop consumer", "stop member"), steps);
    }

    @Test
    void doesNothing_whenItStopsTheSecondTime() throws Exception {
        lifecycle.open(() -> {}, () -> steps.add("close the door"));
        start("member");
        lifecycle.stop();
        steps.clear();
        lifecycle.stop();
        assertEquals(List.of(), steps);
    }

    @Test
    void startsNothing_afterItWasStopped() {
        lifecycle.stop();
        assertThrows(IllegalStateException.class, () -> start("member"));
        assertThrows(IllegalStateException.class, () -> lifecycle.open(() -> steps.add("open"), () -> {}));
        assertEquals(List.of(), steps);
    }

    private void start(String part) throws Exception {
        lifecycle.start(() -> steps.add("start " + part), () -> steps.add("stop " + part));
    }
}
