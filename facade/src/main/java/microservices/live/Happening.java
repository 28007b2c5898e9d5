package microservices.live;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import microservices.message.BatchIds;
import microservices.recent.Recent;

/**
 * One thing that has happened.
 *
 * @param atMillis when, in milliseconds since 1970
 * @param what one word, or two
 * @param replica to which; empty if to all
 * @param text what more there is to say of it; empty if nothing
 * @param batch the batch that it has happened to; null if none
 */
record Happening(long atMillis, String what, String replica, String text, Recent.Event batch) {

    static Happening of(String what, String replica, String text) {
        return new Happening(System.currentTimeMillis(), what, replica, text, null);
    }

    static Happening of(String replica, Recent.Event batch) {
        String what = batch.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return new Happening(batch.atMillis(), what, replica, "", batch);
    }

    /** Of how many messages it has the texts. */
    int texts() {
        return batch == null ? 0 : batch.texts().size();
    }

    void write(long number, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("n", number);
        json.writeNumberField("at", atMillis);
        json.writeStringField("what", what);
        json.writeStringField("replica", replica);
        if (batch == null) {
            json.writeStringField("text", text);
        } else {
            json.writeNumberField("count", batch.size());
            json.writeArrayFieldStart("messages");
            List<String> texts = batch.texts();
            for (int i = 0; i < texts.size(); i++) {
                json.writeStartObject();
                json.writeStringField(
                        "id",
                        BatchIds.message(batch.batch(), batch.firstPlace() + i).toString());
                json.writeStringField("text", texts.get(i));
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
