package microservices.facade;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import microservices.http.MessageJson;
import microservices.message.Message;
import microservices.queue.MessageQueue;
import microservices.testing.Await;
import microservices.testing.TestMembers;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A facade that compares the log, for which a stub on loopback stands, with the ledger of real members. */
@Timeout(90)
class LedgerRepairClusterTest {

    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);
    private static final int PAGE = 7;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<Message> logged = new CopyOnWriteArrayList<>();
    private final ReplicaClient client = new ReplicaClient();
    private HttpServer log;

    @BeforeEach
    void start() throws IOException {
        log = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        log.createContext("/logs/after/", exchange -> {
            String after = exchange.getRequestURI().getPath().substring("/logs/after/".length());
            List<Message> page = logged.stream()
                    .filter(message -> message.id().compareTo(after) > 0)
                    .limit(PAGE)
                    .toList();
            byte[] body = MessageJson.writeAttempts(TestMessages.attempts(page));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        log.start();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        log.stop(0);
    }

    private List<String> urls() {
        return List.of("http://127.0.0.1:" + log.getAddress().getPort());
    }

    @Test
    void writesWhatTheLedgerHasLost_andLeavesTheRestAsItIs() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            List<Message> messages = TestMessages.batches(6, 5);
            logged.addAll(messages);
            MessageQueue queue = new MessageQueue(members.hazelcast(0));
            queue.register(messages.subList(0, 12), TestMessages.PATIENCE);
            queue.claim(TestMessages.ids(messages.subList(0, 4)), A);
            LedgerRepair repair = new LedgerRepair(members.get(0), client, urls());

            assertEquals(18, repair.repair(Instant.EPOCH));
            assertEquals(0, repair.repair(Instant.EPOCH), "nothing is missing any more");
            assertEquals(messages.subList(4, 30), queue.claim(TestMessages.ids(messages), B));
        }
    }

    @Test
    void looksAtNothingOlder() {
        try (TestMembers members = TestMembers.ofQueue(1, A)) {
            logged.addAll(TestMessages.batches(2, 5));
            LedgerRepair repair = new LedgerRepair(members.get(0), client, urls());
            assertEquals(0, repair.repair(Instant.now().plusSeconds(60)));
            assertEquals(10, repair.repair(Instant.now().minusSeconds(60)));
        }
    }

    @Test
    void runsByItself_whenAMemberIsBackThatWasApart() {
        try (TestMembers members = TestMembers.ofQueue(3)) {
            List<Message> messages = TestMessages.batches(6, 5);
            logged.addAll(messages);
            try (LedgerRepair repair = new LedgerRepair(members.get(0), client, urls())) {
                repair.start();
                members.crash(2);
                members.bringBackFacade(2);
                MessageQueue queue = new MessageQueue(members.hazelcast(1));
                Await.until(
                        LIMIT,
                        "the ledger knows what was logged",
                        () -> queue.unknown(messages).isEmpty());
            }
        }
    }
}
