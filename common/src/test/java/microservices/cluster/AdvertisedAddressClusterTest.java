package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import microservices.service.Environment;
import microservices.service.ReplicaSettings;
import microservices.testing.Await;
import microservices.testing.FreePorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a replica says of a HOST_IP that does not lead to it. */
@Timeout(60)
class AdvertisedAddressClusterTest {

    /** A multicast address (RFC 2365): no connection leads there, and no packet of an attempt leaves this host. */
    private static final String NOBODYS = "239.255.0.7";

    @Test
    void aReplicaThatNobodyReaches_namesHostIpWithin15Seconds() throws Exception {
        int port = FreePorts.one();
        ReplicaSettings settings = ReplicaSettings.ofQueueCluster(
                new Environment(Map.of("HOST_IP", NOBODYS, "MEMBER_PORT", String.valueOf(port))), "r", 0, 0);
        Config config = MemberConfig.of("wrong-host", settings);
        ClusterMember member = new ClusterMember("queue", 2);
        Thread starting = new Thread(() -> member.start(config)); // it may wait for its peers for longer
        starting.setDaemon(true);
        starting.start();
        try {
            Await.until(
                    Duration.ofSeconds(15),
                    "its health names HOST_IP first",
                    () -> member.missing().get(0).contains("HOST_IP"));
            String said = member.missing().get(0);
            assertTrue(said.contains(NOBODYS + ":" + port), said);
            assertTrue(member.missing().size() > 1, "beside what else is missing");
        } finally {
            starting.join(20_000);
            member.close();
        }
    }

    @Test
    void anAddressThatAnswers_isNoFault_andOneThatAnswersLateIsNoneThen() throws Exception {
        int port = FreePorts.one();
        try (AdvertisedAddress address = new AdvertisedAddress("127.0.0.1", port)) {
            address.start();
            Await.until(
                    Duration.ofSeconds(15),
                    "nothing answers",
                    () -> !address.fault().isEmpty());
            try (ServerSocket late = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                Await.until(
                        Duration.ofSeconds(15),
                        "it answers",
                        () -> address.fault().isEmpty());
                assertEquals(port, late.getLocalPort());
            }
        }
    }
}
