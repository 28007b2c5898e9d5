package microservices.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import microservices.http.Json;
import microservices.ledger.LedgerCounts;
import microservices.message.BatchIds;

/**
 * What {@code GET /status} answers. What is not known is {@code null}.
 *
 * @param oldestMillis when the oldest message that waits was accepted, in milliseconds since 1970; unknown if none waits, or
 *     only such as are not in the ledger yet
 * @param held by the names of the replicas
 * @param missing what was not answered, one sentence each
 */
record Status(
        OptionalLong logged,
        OptionalLong waiting,
        OptionalLong oldestMillis,
        Map<String, OptionalLong> held,
        Verdict verdict,
        List<String> missing) {

    /** Nothing but that nothing is known. */
    static Status unknown(String missing) {
        return new Status(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of(),
                Verdict.UNKNOWN,
                List.of(missing));
    }

    static Status of(Counts counts, Verdict verdict) {
        return new Status(
                counts.loggedMessages(),
                verdict == Verdict.OPEN ? counts.unlistedMessages() : counts.waitingMessages(),
                counts.ledger()
                        .flatMap(LedgerCounts::oldestWaiting)
                        .map(id -> OptionalLong.of(BatchIds.time(id).toEpochMilli()))
                        .orElse(OptionalLong.empty()),
                counts.listed().entrySet().stream()
                        .collect(Collectors.toMap(
                                one -> one.getKey().name(), Map.Entry::getValue, (a, b) -> OptionalLong.empty())),
                verdict,
                counts.missing());
    }

    /** @param nowMillis the time, in milliseconds since 1970 */
    byte[] json(long nowMillis) {
        return Json.write(json -> {
            json.writeStartObject();
            write(json, "logged", logged);
            write(json, "waiting", waiting);
            write(json, "oldestWaitingSeconds", oldestSeconds(nowMillis));
            json.writeObjectFieldStart("held");
            for (Map.Entry<String, OptionalLong> one : new TreeMap<>(held).entrySet()) {
                write(json, one.getKey(), one.getValue());
            }
            json.writeEndObject();
            json.writeStringField("verdict", verdict.toString());
            if (!missing.isEmpty()) {
                Json.writeMissing(json, missing);
            }
            json.writeEndObject();
        });
    }

    private OptionalLong oldestSeconds(long nowMillis) {
        return waiting.isPresent() && waiting.getAsLong() == 0
                ? waiting
                : oldestMillis.isEmpty()
                        ? oldestMillis
                        : OptionalLong.of(Math.max(0, (nowMillis - oldestMillis.getAsLong()) / 1000));
    }

    private static void write(JsonGenerator json, String name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsLong());
        } else {
            json.writeNullField(name);
        }
    }
}
