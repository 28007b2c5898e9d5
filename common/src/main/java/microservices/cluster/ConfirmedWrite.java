package microservices.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes one entry of a {@link ConfirmedMap}. It may be applied more than once, so it must leave the entry the same way
 * each time; a repetition also makes the copies that the first attempt did not confirm.
 *
 * @param <K> the map's keys
 * @param <V> the map's values
 */
public abstract class ConfirmedWrite<K, V> implements EntryProcessor<K, V, Written>, HazelcastInstanceAware, WireType {

    private transient HazelcastInstance owner;

    @Override
    public final void setHazelcastInstance(HazelcastInstance hazelcast) {
        owner = hazelcast;
    }

    /** Where it writes. */
    public abstract K key();

    /**
     * Decides and writes; runs on the owner of the entry, and as often as it is repeated.
     *
     * @return the id under which what was to be written stands there now; empty if it was not written
     */
    protected abstract Optional<UUID> write(Map.Entry<K, V> entry);

    @Override
    public final Written process(Map.Entry<K, V> entry) {
        return new Written(write(entry), ClusterSafety.members(owner));
    }
}
