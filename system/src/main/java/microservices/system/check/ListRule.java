package microservices.system.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Outcome;
import microservices.system.history.PostedMessage;
import microservices.system.history.Reading;
import microservices.system.history.Seconds;

/** No list, whenever it is read, holds what nobody had sent by then, what was refused, or one message twice. */
final class ListRule implements Rule {

    @Override
    public void check(HistorySnapshot run, Findings findings) {
        List<Integer> bySent = new ArrayList<>();
        BitSet refused = new BitSet();
        for (int number = 0; number < run.messages().size(); number++) {
            PostedMessage message = run.messages().get(number);
            if (message != null) {
                bySent.add(number);
                refused.set(number, message.outcome() == Outcome.REFUSED);
            }
        }
        bySent.sort(Comparator.comparing(number -> run.messages().get(number).sent()));
        BitSet sent = new BitSet();
        int next = 0;
        List<Reading> readings = run.readings().stream()
                .sorted(Comparator.comparing(Reading::answered))
                .toList();
        for (Reading reading : readings) {
            while (next < bySent.size()
                    && run.messages().get(bySent.get(next)).sent().compareTo(reading.answered()) <= 0) {
                sent.set(bySent.get(next++));
            }
            report(run, reading, sent, refused, findings);
        }
    }

    private static void report(HistorySnapshot run, Reading reading, BitSet sent, BitSet refused, Findings findings) {
        BitSet invented = (BitSet) reading.texts().clone();
        invented.andNot(sent);
        invented.stream().forEach(number -> {
            PostedMessage message = run.messages().get(number);
            String why = message == null
                    ? ", and nobody ever sent it"
                    : ", answered at " + Seconds.of(reading.answered()) + ", and first sent at "
                            + Seconds.of(message.sent());
            found(Violation.Kind.INVENTED, run, number, reading, " is in ", why, findings);
        });
        BitSet unwanted = (BitSet) reading.texts().clone();
        unwanted.and(refused);
        unwanted.stream()
                .forEach(number -> found(
                        Violation.Kind.REFUSED_BUT_READ,
                        run,
                        number,
                        reading,
                        " was refused, and is in ",
                        "",
                        findings));
        reading.repeated().stream()
                .forEach(number ->
                        found(Violation.Kind.DOUBLED, run, number, reading, " is more than once in ", "", findings));
    }

    private static void found(
            Violation.Kind kind,
            HistorySnapshot run,
            int number,
            Reading reading,
            String verb,
            String why,
            Findings findings) {
        String text = run.texts().get(number);
        PostedMessage message = run.messages().get(number);
        String subject = message == null ? "'" + text + "'" : message.describe();
        findings.violation(kind, text, reading.sent(), subject + verb + reading.describe() + why);
    }
}
