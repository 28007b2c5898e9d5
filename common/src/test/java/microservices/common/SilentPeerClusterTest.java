package microservices.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever connects to a frozen process is let in by its kernel, and hears nothing: that must hold up nobody else. */
@Timeout(90)
class SilentPeerClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int WRITES = 20;

    @Test
    void aPeerThatLetsMembersIn_andSaysNothing_holdsUpNoWrite() throws Exception {
        try (TestMembers members = TestMembers.ofLogging(2);
                ServerSocket peer = members.openPeer()) {
            peer.setSoTimeout((int) LIMIT.toMillis());
            try (Socket connection = peer.accept()) {
                connection.setSoTimeout((int) LIMIT.toMillis());
                connection.getInputStream().readNBytes(1); // now the member has something to say to it
                for (int i = 0; i < WRITES; i++) {
                    List<Message> messages = TestMessages.batches(5, 2);
                    new LogMap(members.hazelcast(0)).write(messages, TestMessages.PATIENCE);
                    new LogMap(members.hazelcast(1)).write(messages, TestMessages.PATIENCE);
                }
                assertEquals(
                        WRITES * 10,
                        members.hazelcast(1).getMap(MemberConfig.LOG).size());
            }
        }
    }
}
