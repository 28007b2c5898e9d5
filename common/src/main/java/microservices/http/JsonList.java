package microservices.http;

import java.io.IOException;
import java.io.OutputStream;
import microservices.message.Batch;

/** A JSON list of the texts of batches, written as it goes, by copying bytes. The stream stays open. */
public final class JsonList {

    private final OutputStream out;
    private boolean empty = true;

    /** Begins the list. */
    public JsonList(OutputStream out) throws IOException {
        this.out = out;
        out.write('[');
    }

    /** Adds a batch's texts. */
    public void add(Batch batch) throws IOException {
        if (batch.size() == 0) {
            return;
        }
        if (!empty) {
            out.write(',');
        }
        empty = false;
        batch.writeTexts(out);
    }

    /** Ends the list. One that fails before is left open, so that it does not look like a whole one. */
    public void end() throws IOException {
        out.write(']');
    }
}
