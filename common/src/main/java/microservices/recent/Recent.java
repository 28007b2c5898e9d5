package microservices.recent;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import microservices.message.Batch;
import microservices.message.BatchIds;

/**
 * What a replica has done lately, and how it is.
 *
 * @param replica its name
 * @param run drawn at its start; numbers and counts begin anew with it
 * @param messages how many it has accepted, logged or taken since its start
 * @param missing what it is missing to be healthy, one sentence each, as it was found out last
 * @param last the number of the last event
 * @param events the oldest first
 */
public record Recent(String replica, UUID run, long messages, List<String> missing, long last, List<Event> events) {

    /** What has happened to a batch. */
    public enum Kind {
        /** A facade has accepted it. */
        ACCEPTED,
        /** A logging replica has written it. */
        LOGGED,
        /** A messages replica holds it from now on. */
        HELD,
        /** A messages replica has found that another one holds it. */
        LET_GO
    }

    /**
     * One batch.
     *
     * @param atMillis when, by the replica's clock, in milliseconds since 1970
     * @param size how many messages it has
     * @param texts those of its last messages, long ones cut short; not of all if there are many
     */
    public record Event(Kind kind, long atMillis, UUID batch, int size, List<String> texts) {

        /** The place in the batch of the first message that has a text here. */
        public int firstPlace() {
            return size - texts.size();
        }
    }

    private static final int MOST = 10_000;

    void write(DataOutput out) throws IOException {
        out.writeUTF(replica);
        BatchIds.write(run, out);
        out.writeLong(messages);
        writeTexts(missing, out);
        out.writeLong(last);
        out.writeInt(events.size());
        for (Event event : events) {
            out.writeByte(event.kind().ordinal());
            out.writeLong(event.atMillis());
            BatchIds.write(event.batch(), out);
            out.writeShort(event.size());
            writeTexts(event.texts(), out);
        }
    }

    private static void writeTexts(List<String> texts, DataOutput out) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    /**
     * Reads what {@code GET /recent} answers.
     *
     * @throws IOException if it is anything else
     */
    public static Recent read(DataInput in) throws IOException {
        String replica = in.readUTF();
        UUID run = BatchIds.read(in);
        long messages = in.readLong();
        List<String> missing = readTexts(in);
        long last = in.readLong();
        List<Event> events = new ArrayList<>();
        for (int left = readSize(in); left > 0; left--) {
            events.add(readEvent(in));
        }
        return new Recent(replica, run, messages, missing, last, events);
    }

    private static Event readEvent(DataInput in) throws IOException {
        int kind = in.readUnsignedByte();
        long atMillis = in.readLong();
        UUID batch = BatchIds.read(in);
        int size = in.readUnsignedShort();
        List<String> texts = readTexts(in);
        if (kind >= Kind.values().length || texts.size() > size || size > Batch.MOST_MESSAGES) {
            throw new IOException("not an event");
        }
        return new Event(Kind.values()[kind], atMillis, batch, size, texts);
    }

    private static List<String> readTexts(DataInput in) throws IOException {
        List<String> texts = new ArrayList<>();
        for (int left = readSize(in); left > 0; left--) {
            texts.add(in.readUTF());
        }
        return texts;
    }

    private static int readSize(DataInput in) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MOST) {
            throw new IOException("a list of " + size);
        }
        return size;
    }
}
