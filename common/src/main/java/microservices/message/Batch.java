package microservices.message;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * What one facade accepted together: the unit that is written, copied, kept, taken and read. Its texts are a JSON list
 * in UTF-8, so that a longer list is written by copying bytes. Immutable.
 */
public final class Batch {

    /** As many as there are places in an id, see {@link BatchIds}. */
    public static final int MOST_MESSAGES = 4096;

    /** More than the texts of a usual batch take. */
    private static final int READ_AT_ONCE = 512 * 1024;

    private final UUID id;
    private final int size;
    private final byte[] texts;

    private Batch(UUID id, int size, byte[] texts) {
        this.id = id;
        this.size = size;
        this.texts = texts;
    }

    /**
     * A batch of texts.
     *
     * @param encoded each as {@link JsonText#encode} returns it, {@link #MOST_MESSAGES} at most; none if it is only to
     *     go the way of a batch
     */
    public static Batch of(UUID id, List<byte[]> encoded) {
        if (encoded.size() > MOST_MESSAGES) {
            throw new IllegalArgumentException(encoded.size() + " messages");
        }
        return new Batch(id, encoded.size(), list(encoded));
    }

    private static byte[] list(List<byte[]> encoded) {
        if (encoded.isEmpty()) {
            return new byte[] {'[', ']'};
        }
        int length = 1;
        for (byte[] text : encoded) {
            length += text.length + 1;
        }
        byte[] list = new byte[length];
        int end = 0;
        for (byte[] text : encoded) {
            list[end] = (byte) (end == 0 ? '[' : ',');
            end++;
            System.arraycopy(text, 0, list, end, text.length);
            end += text.length;
        }
        list[end] = ']';
        return list;
    }

    /** The same texts under another id. */
    public Batch withId(UUID other) {
        return other.equals(id) ? this : new Batch(other, size, texts);
    }

    public UUID id() {
        return id;
    }

    /** How many messages it has. */
    public int size() {
        return size;
    }

    /** How many bytes its texts take. */
    public int bytes() {
        return texts.length;
    }

    public boolean hasSameTexts(Batch other) {
        return Arrays.equals(texts, other.texts);
    }

    /** Its messages in the order of acceptance, with their texts decoded. */
    public List<Message> messages() {
        List<String> decoded = JsonText.decodeList(texts);
        List<Message> messages = new ArrayList<>(decoded.size());
        for (int place = 0; place < decoded.size(); place++) {
            messages.add(new Message(BatchIds.message(id, place).toString(), decoded.get(place)));
        }
        return messages;
    }

    /** Writes its texts as the elements of a JSON list, without the brackets. */
    public void writeTexts(OutputStream out) throws IOException {
        out.write(texts, 1, texts.length - 2);
    }

    /** Writes all of it, for {@link #read}. */
    public void write(DataOutput out) throws IOException {
        BatchIds.write(id, out);
        out.writeShort(size);
        out.writeInt(texts.length);
        out.write(texts);
    }

    /**
     * Reads what a replica of ours has written.
     *
     * @throws IOException if it is anything else
     */
    public static Batch read(DataInput in) throws IOException {
        UUID id = BatchIds.read(in);
        int size = in.readUnsignedShort();
        int length = in.readInt();
        if (size > MOST_MESSAGES || length < 0) {
            throw new IOException("not a batch");
        }
        return new Batch(id, size, readBytes(in, length));
    }

    /** Takes memory as the bytes come, so that a length that is not true takes none. */
    private static byte[] readBytes(DataInput in, int length) throws IOException {
        byte[] bytes = new byte[Math.min(length, READ_AT_ONCE)];
        in.readFully(bytes);
        while (bytes.length < length) {
            int read = bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * read));
            in.readFully(bytes, read, bytes.length - read);
        }
        return bytes;
    }

    /**
     * Checks what came from outside: that it is what {@link #of} would have made of texts that may be messages.
     *
     * @return its messages
     * @throws Refusal 400 or 413
     */
    public List<Message> check() {
        List<Message> messages;
        try {
            messages = messages();
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest("the batch has something other than JSON strings; send what a facade sends");
        }
        messages.forEach(message -> MessageText.check("a text", message.text()));
        List<byte[]> encoded = messages.stream()
                .map(message -> JsonText.encode(message.text()))
                .toList();
        if (size > 1 && !BatchIds.batchOf(id).equals(id)) {
            throw Refusal.badRequest("the batch has the id of a message; send what a facade sends");
        }
        if (messages.size() != size || !Arrays.equals(list(encoded), texts)) {
            throw Refusal.badRequest("the batch is not encoded as a facade does it; send what a facade sends");
        }
        return messages;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Batch batch && id.equals(batch.id) && hasSameTexts(batch);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return size + " messages from " + id;
    }
}
