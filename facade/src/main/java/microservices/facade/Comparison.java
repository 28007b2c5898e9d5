package microservices.facade;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import microservices.facade.Section.Fault;
import microservices.facade.Section.Faulty;
import microservices.http.Json;
import microservices.message.BatchIds;

/** What {@code GET /verify} answers: what was found in all sections. Not thread-safe. */
final class Comparison {

    /** How many messages with something wrong are listed. */
    static final int MOST_LISTED = 20;

    private final Map<String, Long> held = new TreeMap<>();
    private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
    private final Map<UUID, Fault> first = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private long logged;
    private long waiting;

    Comparison() {
        List.of(Fault.values()).forEach(fault -> faults.put(fault, 0L));
    }

    void add(Section section) {
        section.held().forEach((replica, messages) -> held.merge(replica, messages, Long::sum));
        logged += section.loggedMessages();
        waiting += section.waiting();
        section.faulty().forEach(this::add);
    }

    private void add(UUID batch, Faulty faulty) {
        faults.merge(faulty.fault(), (long) faulty.messages(), Long::sum);
        for (int place = 0; place < faulty.messages() && first.size() < MOST_LISTED; place++) {
            first.put(BatchIds.message(batch, place), faulty.fault());
        }
    }

    /** Says that not all could be compared. */
    void unknown(String why) {
        missing.add(why);
    }

    boolean broken() {
        return !first.isEmpty();
    }

    Verdict verdict() {
        if (!missing.isEmpty()) {
            return Verdict.UNKNOWN;
        }
        return broken() ? Verdict.BROKEN : waiting > 0 ? Verdict.OPEN : Verdict.CLOSED;
    }

    /** In one sentence, with the counts. */
    String sentence() {
        String sum = held.isEmpty()
                ? ""
                : (verdict() == Verdict.BROKEN ? ", held " : " = ")
                        + held.values().stream().map(String::valueOf).collect(Collectors.joining(" + "));
        String counts = "logged " + logged + sum + ", waiting " + waiting + ".";
        return switch (verdict()) {
            case CLOSED -> "Everything logged is held once: " + counts;
            case OPEN -> "Nothing is lost and nothing doubled, but not everything is held yet: " + counts;
            case BROKEN ->
                "Something is wrong, lost: " + faults.get(Fault.LOST) + ", held twice: " + faults.get(Fault.DOUBLED)
                        + ", held but not logged: " + faults.get(Fault.UNLOGGED) + "; " + counts;
            case UNKNOWN -> "Not everything could be compared: " + String.join(", ", missing) + ".";
        };
    }

    byte[] json() {
        return Json.write(json -> {
            json.writeStartObject();
            json.writeStringField("sentence", sentence());
            if (missing.isEmpty()) {
                json.writeNumberField("logged", logged);
                json.writeNumberField("waiting", waiting);
                json.writeObjectFieldStart("held");
                for (Map.Entry<String, Long> one : held.entrySet()) {
                    json.writeNumberField(one.getKey(), one.getValue());
                }
                json.writeEndObject();
            }
            for (Map.Entry<Fault, Long> one : faults.entrySet()) {
                json.writeNumberField(name(one.getKey()), one.getValue());
            }
            json.writeArrayFieldStart("first");
            for (Map.Entry<UUID, Fault> one : first.entrySet()) {
                json.writeStartObject();
                json.writeStringField("id", one.getKey().toString());
                json.writeStringField("fault", name(one.getValue()));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("verdict", verdict().toString());
            if (!missing.isEmpty()) {
                Json.writeMissing(json, missing);
            }
            json.writeEndObject();
        });
    }

    private static String name(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT);
    }
}
