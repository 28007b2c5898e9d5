package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.cluster.ClusterMember;
import microservices.cluster.MemoryGuard;
import microservices.message.Message;
import microservices.message.Refusal;
import microservices.queue.MessageQueue;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a facade refuses is neither in the log, for which a stub on loopback stands, nor in the ledger. */
@Timeout(60)
class KeeperClusterTest {

    private static final UUID HOLDER = new UUID(0, 1);

    private final AtomicInteger logged = new AtomicInteger();
    private final ReplicaClient client = new ReplicaClient();
    private HttpServer log;
    private TestMembers members;
    private Keeper keeper;
    private Offers offers;

    @BeforeEach
    void start() throws IOException {
        log = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        log.createContext("/log", exchange -> {
            logged.incrementAndGet();
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
        });
        log.start();
        members = TestMembers.none(Map.of("QUEUE_CAPACITY", "10"));
        ClusterMember facade = members.startFacade();
        offers = new Offers(facade);
        members.startMessages(HOLDER);
        members.awaitEstablished();
        String url = "http://127.0.0.1:" + log.getAddress().getPort();
        keeper = new Keeper(client, List.of(url), facade, new MemoryGuard(facade), offers);
        offers.start();
    }

    @AfterEach
    void stop() throws IOException {
        offers.close();
        members.close();
        client.close();
        log.stop(0);
    }

    @Test
    void writesNothing_whenTheQueueIsFull() {
        keeper.keep(TestMessages.attempts(TestMessages.batch("fits", 8)));
        assertRefused(TestMessages.batch("too many", 3), "the queue is full");
        keeper.keep(TestMessages.attempts(TestMessages.batch("fits", 2)));
        assertEquals(2, logged.get());
    }

    @Test
    void writesNothing_whileAMemberIsShortOfMemory() {
        String member =
                members.hazelcast(1).getCluster().getLocalMember().getUuid().toString();
        Map<String, Boolean> shortOnes = members.hazelcast(0).getReplicatedMap("short-of-memory");
        shortOnes.put(member, true);
        assertRefused(
                TestMessages.batch("m", 1),
                "memory is short at " + members.hazelcast(1).getName());
        shortOnes.remove(member);
        keeper.keep(TestMessages.attempts(TestMessages.batch("m", 1)));
        assertEquals(1, logged.get());
    }

    private void assertRefused(List<Message> messages, String why) {
        int before = logged.get();
        Refusal error = assertThrows(Refusal.class, () -> keeper.keep(TestMessages.attempts(messages)));
        assertEquals(503, error.status());
        assertTrue(error.getMessage().contains(why), error.getMessage());
        assertEquals(before, logged.get(), "nothing reached the log");
        MessageQueue queue = new MessageQueue(members.hazelcast(1));
        assertEquals(List.of(), queue.claim(TestMessages.ids(messages), HOLDER), "nor the ledger");
    }
}
