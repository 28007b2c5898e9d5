package microservices.system.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * A history as lines of JSON, each flushed when written. Times are seconds since the start of the run. A reading tells
 * only what has changed since the one before of the same list, so that every list can be put together again.
 */
final class HistoryFile implements Closeable {

    // ASCII only, so that any text a replica makes up can be written, half a surrogate pair included.
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Writer out;

    HistoryFile(Writer out) {
        this.out = out;
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    void write(Operation operation) throws IOException {
        line("operation", json -> {
            json.writeStringField("client", operation.client());
            json.writeStringField("facade", operation.facade());
            json.writeStringField("text", operation.text());
            json.writeStringField("key", operation.key());
            json.writeStringField("id", operation.id());
            writeRequest(json, operation);
            json.writeBooleanField("invalid", operation.invalid());
            json.writeBooleanField("nothingWritten", operation.nothingWritten());
        });
    }

    void write(FailedReading read) throws IOException {
        line("failed read", json -> {
            json.writeStringField("asked", read.asked());
            writeRequest(json, read);
            json.writeStringField("malformed", read.malformed());
        });
    }

    void write(Reading reading, BitSet before, List<String> texts) throws IOException {
        line("reading", json -> {
            json.writeStringField("kind", reading.kind().name());
            json.writeStringField("from", reading.from());
            json.writeStringField("asked", reading.asked());
            writeRequest(json, reading);
            json.writeBooleanField("stale", reading.stale());
            json.writeNumberField("round", reading.round());
            json.writeNumberField("texts", reading.texts().cardinality());
            writeTexts(json, "appeared", without(reading.texts(), before), texts);
            writeTexts(json, "gone", without(before, reading.texts()), texts);
            writeTexts(json, "repeated", reading.repeated(), texts);
        });
    }

    void write(Strike strike) throws IOException {
        line("strike", json -> {
            json.writeStringField("fault", strike.fault());
            writeNames(json, "targets", strike.targets());
            writeTime(json, "from", strike.from());
            writeTime(json, "until", strike.until());
            writeIntervals(json, "excuses", strike.excuses());
            writeTime(json, "recovered", strike.recovered());
            json.writeBooleanField("refusing", strike.refusing());
            json.writeArrayFieldStart("blows");
            for (Interval blow : strike.blows()) {
                json.writeStartObject();
                writeInterval(json, blow);
                json.writeEndObject();
            }
            json.writeEndArray();
            writeIntervals(json, "undisturbed", strike.undisturbed());
            json.writeArrayFieldStart("breaches");
            for (String breach : strike.breaches()) {
                json.writeString(breach);
            }
            json.writeEndArray();
            json.writeStringField("notReal", strike.notReal());
        });
    }

    private static void writeIntervals(JsonGenerator json, String field, List<ReplicaInterval> intervals)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (ReplicaInterval interval : intervals) {
            json.writeStartObject();
            json.writeStringField("replica", interval.replica());
            writeInterval(json, interval.time());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeInterval(JsonGenerator json, Interval interval) throws IOException {
        writeTime(json, "from", interval.from());
        writeTime(json, "until", interval.until());
    }

    void write(FinalRound round) throws IOException {
        line("round", json -> {
            json.writeNumberField("number", round.number());
            writeNames(json, "down", round.down());
        });
    }

    void write(SelfReport report) throws IOException {
        line("report", json -> {
            json.writeStringField("facade", report.facade());
            json.writeStringField("path", report.path());
            writeTime(json, "answered", report.answered());
            json.writeStringField("verdict", report.verdict());
            json.writeNumberField("round", report.round());
        });
    }

    private static BitSet without(BitSet these, BitSet those) {
        BitSet left = (BitSet) these.clone();
        left.andNot(those);
        return left;
    }

    private void line(String type, Fields fields) throws IOException {
        JsonGenerator json = JSON.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.writeStartObject();
        json.writeStringField("type", type);
        fields.write(json);
        json.writeEndObject();
        json.writeRaw('\n');
        json.close(); // which flushes the writer, and leaves it open
    }

    private static void writeRequest(JsonGenerator json, Request request) throws IOException {
        writeTime(json, "sent", request.sent());
        writeTime(json, "answered", request.answered());
        json.writeNumberField("status", request.status());
    }

    private static void writeTime(JsonGenerator json, String field, Duration time) throws IOException {
        json.writeFieldName(field);
        json.writeNumber(BigDecimal.valueOf(time.toNanos(), 9).toPlainString());
    }

    private static void writeNames(JsonGenerator json, String field, Collection<String> names) throws IOException {
        json.writeArrayFieldStart(field);
        for (String name : names.stream().sorted().toList()) {
            json.writeString(name);
        }
        json.writeEndArray();
    }

    private static void writeTexts(JsonGenerator json, String field, BitSet numbers, List<String> texts)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (int number = numbers.nextSetBit(0); number >= 0; number = numbers.nextSetBit(number + 1)) {
            json.writeString(texts.get(number));
        }
        json.writeEndArray();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
