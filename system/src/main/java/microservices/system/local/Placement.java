package microservices.system.local;

import java.util.List;
import java.util.Map;
import microservices.system.local.Topology.Replica;

/** Where the replicas of a system stand: how each is reached, and how its process gets there. */
public interface Placement {

    /** The address by which everybody reaches a replica. */
    String host(Replica replica);

    /** The command that runs another one where a replica stands; the process keeps its id. */
    List<String> command(Replica replica, List<String> command);

    /** What a replica is told beside what every replica is told. */
    Map<String, String> environment(Replica replica);
}
