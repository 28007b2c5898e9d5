package microservices.system;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Topology.Replica;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both walk-throughs of the README on the processes that {@code ./run} starts. */
@ExtendWith(TestSystem.Shared.class)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class WalkThroughSystemTest {

    @Test
    void tenMessagesAreLoggedAndEachIsHeldOnce(TestSystem system) throws Exception {
        for (int time = 1; time <= WalkThroughs.TIMES; time++) {
            new WalkThroughs(stage(system)).tenMessages();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsLost_whenMessagesReplicasAndTheQueuesOwnerGo(boolean kill, TestSystem system) throws Exception {
        for (int time = 1; time <= WalkThroughs.TIMES; time++) {
            new WalkThroughs(stage(system)).messagesReplicasAndQueueOwnerGo(kill);
            system.restore();
        }
    }

    private static WalkThroughs.Stage stage(TestSystem system) {
        return new WalkThroughs.Stage() {
            @Override
            public Client client(String facade) {
                return system.client(facade);
            }

            @Override
            public void stop(List<String> replicas) {
                system.local().stop(named(replicas));
            }

            @Override
            public void kill(List<String> replicas) {
                system.local().kill(named(replicas));
            }

            @Override
            public void start(List<String> replicas) throws IOException {
                for (Replica replica : named(replicas)) {
                    system.local().start(replica);
                }
            }

            @Override
            public List<String> logLines(String replica, String text) throws IOException {
                return system.logLines(system.replica(replica), text);
            }

            private List<Replica> named(List<String> names) {
                return names.stream().map(system::replica).toList();
            }
        };
    }
}
