package microservices.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import microservices.message.Batch;
import microservices.service.Environment;
import microservices.service.ReplicaSettings;
import microservices.testing.TestMessages;
import org.junit.jupiter.api.Test;

/** What travels between members comes out as it went in. */
class WireTypesTest {

    private static final WireTypes TYPES = new WireTypes(98, List.of(Plain::new, Named::new));

    /** Has no fields. */
    private static final class Plain implements WireType {
        @Override
        public WireTypes types() {
            return TYPES;
        }
    }

    private static final class Named implements WireType {
        private String name;

        @Override
        public WireTypes types() {
            return TYPES;
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            out.writeString(name);
        }

        @Override
        public void readData(ObjectDataInput in) throws IOException {
            name = in.readString();
        }
    }

    /** In no list. */
    private static final class Forgotten implements WireType {
        @Override
        public WireTypes types() {
            return TYPES;
        }
    }

    @Test
    void aClassIsKnownByItsPlaceInTheList() {
        assertEquals(List.of(98, 98), List.of(new Plain().getFactoryId(), new Named().getFactoryId()));
        assertEquals(List.of(0, 1), List.of(new Plain().getClassId(), new Named().getClassId()));
        assertInstanceOf(Plain.class, TYPES.create(0));
        assertInstanceOf(Named.class, TYPES.create(1));
    }

    @Test
    void aClassThatWasForgotten_isNotWrittenAsAnother() {
        assertThrows(NullPointerException.class, () -> new Forgotten().getClassId());
    }

    @Test
    void comesOutAsItWentIn() {
        Named named = new Named();
        named.name = "a 😀";
        assertEquals("a 😀", copy(named).name);
        assertInstanceOf(Plain.class, copy(new Plain()));
    }

    @Test
    void anAnswerToAWriteComesOutAsItWentIn() {
        for (Optional<UUID> id : List.of(Optional.of(new UUID(-1, 2)), Optional.<UUID>empty())) {
            Set<UUID> seen = Set.of(new UUID(1, 2), new UUID(3, 4));
            Written copy = copy(new Written(id, seen));
            assertEquals(id, copy.id());
            assertEquals(seen, copy.seenMembers());
        }
    }

    @Test
    void aBatchComesOutAsItWentIn_andTakesLittleMore() {
        Batch batch = TestMessages.batch("m", 300);
        InternalSerializationService service = service();
        Data data = service.toData(batch);
        assertEquals(batch, service.toObject(data));
        assertTrue(data.totalSize() < batch.bytes() + 50, data.totalSize() + " bytes");
    }

    private static <T> T copy(T object) {
        return service().toObject(service().toData(object));
    }

    /** As a member's, with these types beside its own. */
    private static InternalSerializationService service() {
        Environment env = new Environment(Map.of());
        Config config = MemberConfig.of("test", ReplicaSettings.ofQueueCluster(env, "x", 0, 0));
        TYPES.addTo(config);
        return new DefaultSerializationServiceBuilder()
                .setConfig(config.getSerializationConfig())
                .build();
    }
}
