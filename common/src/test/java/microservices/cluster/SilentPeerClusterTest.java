package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import microservices.concurrent.Deadline;
import microservices.ledger.Ledger;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever connects to a frozen process is let in by its kernel, and hears nothing: that must hold up nobody else. */
@Timeout(90)
class SilentPeerClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WRITES = 20;

    @Test
    void aPeerThatLetsMembersIn_andSaysNothing_holdsUpNoWrite() throws Exception {
        try (TestMembers members = TestMembers.ofQueue(2);
                ServerSocket peer = members.openPeer()) {
            peer.setSoTimeout((int) LIMIT.toMillis());
            try (Socket connection = peer.accept()) {
                connection.setSoTimeout((int) LIMIT.toMillis());
                connection.getInputStream().readNBytes(1); // now the member has something to say to it
                for (int i = 0; i < WRITES; i++) {
                    for (int member = 0; member < 2; member++) {
                        new Ledger(members.get(member))
                                .register(TestMessages.batches(5, 2), Deadline.in(TestMessages.PATIENCE));
                    }
                }
                assertEquals(WRITES * 20, new Ledger(members.get(1)).countWaiting());
            }
        }
    }
}
