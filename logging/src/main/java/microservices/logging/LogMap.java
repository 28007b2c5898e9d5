package microservices.logging;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.time.Duration;
import java.util.List;
import microservices.cluster.ClusterMember;
import microservices.cluster.CopiedWrite;
import microservices.message.Message;
import microservices.message.MessageIds;

/** How messages are written to the log: see {@link LogWrite} and {@link CopiedWrite}. */
public final class LogMap {

    private final CopiedWrite<String, String, Integer> write;

    public LogMap(HazelcastInstance hazelcast) {
        IMap<String, String> log = hazelcast.getMap(LogCluster.LOG);
        this.write = new CopiedWrite<>(log, LogWrite::new, "writing the log");
    }

    /**
     * Writes messages; cheapest if all ids are of one batch.
     *
     * @return how many members those who wrote them see, the least of them; see {@link ClusterMember#writeAllCopies}
     * @throws Refusal 503 if it is not known to have happened
     */
    public int write(List<Message> messages, Duration patience) {
        return CopiedWrite.leastSeen(write.write(MessageIds.textsByBatch(messages), patience), Integer::intValue);
    }
}
