package microservices.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The classes of one package that travel between members. All members of a cluster must have the same lists. */
public final class WireTypes implements DataSerializableFactory {

    private final int id;
    private final List<Supplier<? extends WireType>> makers;
    private final Map<Class<?>, Integer> numbers = new HashMap<>();

    /**
     * @param id another one for each list
     * @param makers make an instance to be read into; a class is known by its place here
     */
    public WireTypes(int id, List<Supplier<? extends WireType>> makers) {
        this.id = id;
        this.makers = List.copyOf(makers);
        for (int number = 0; number < makers.size(); number++) {
            numbers.put(makers.get(number).get().getClass(), number);
        }
    }

    /** Makes them known to a member. */
    public void addTo(Config config) {
        config.getSerializationConfig().addDataSerializableFactory(id, this);
    }

    int id() {
        return id;
    }

    int numberOf(Class<?> type) {
        return numbers.get(type);
    }

    @Override
    public IdentifiedDataSerializable create(int number) {
        return makers.get(number).get();
    }
}
