package microservices.logging;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import microservices.message.Message;

/** What an idempotency key stands for: the message's id, and the SHA-256 of its text. Immutable in use. */
final class Reservation implements IdentifiedDataSerializable {

    private String id;
    private byte[] digest;

    Reservation() {}

    private Reservation(String id, byte[] digest) {
        this.id = id;
        this.digest = digest;
    }

    static Reservation of(Message message) {
        return new Reservation(message.id(), digest(message.text()));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    String id() {
        return id;
    }

    boolean isFor(String text) {
        return MessageDigest.isEqual(digest, digest(text));
    }

    @Override
    public int getFactoryId() {
        return LogSerialization.FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return LogSerialization.RESERVATION;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeString(id);
        out.writeByteArray(digest);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        id = in.readString();
        digest = in.readByteArray();
    }
}
