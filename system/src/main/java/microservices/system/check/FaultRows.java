package microservices.system.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import microservices.system.history.HistorySnapshot;
import microservices.system.history.Outcome;
import microservices.system.history.PostedMessage;
import microservices.system.history.Strike;

/** Adds up what belongs to each fault: all that became known from its strikes on, each until the next strike. */
final class FaultRows {

    private final HistorySnapshot run;
    private final Map<String, Sums> byFault = new LinkedHashMap<>();
    private final Sums total = new Sums();

    private static final class Sums {
        private int struck;
        private int acknowledged;
        private int unknown;
        private final Set<String> lost = new HashSet<>();
        private final Set<String> doubled = new HashSet<>();
        private Duration unavailable = Duration.ZERO;

        private FaultRow row(String fault) {
            return new FaultRow(fault, struck, acknowledged, unknown, lost.size(), doubled.size(), unavailable);
        }
    }

    FaultRows(HistorySnapshot run, List<Violation> violations) {
        this.run = run;
        Outages outages = new Outages(run.operations());
        for (Strike strike : run.strikes()) {
            Duration longest = outages.longest(strike);
            for (Sums sums : List.of(byFault.computeIfAbsent(strike.fault(), fault -> new Sums()), total)) {
                sums.struck++;
                sums.unavailable = longest.compareTo(sums.unavailable) > 0 ? longest : sums.unavailable;
            }
        }
        for (PostedMessage message : run.messages()) {
            if (message != null) {
                at(message.settled()).forEach(sums -> count(sums, message.outcome()));
            }
        }
        for (Violation violation : violations) {
            at(violation.at()).forEach(sums -> count(sums, violation));
        }
    }

    /** What an event at that time counts for: the whole run, and the fault that struck last. */
    private List<Sums> at(Duration time) {
        int low = 0;
        int high = run.strikes().size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (run.strikes().get(middle).from().compareTo(time) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0
                ? List.of(total)
                : List.of(total, byFault.get(run.strikes().get(low - 1).fault()));
    }

    private static void count(Sums sums, Outcome outcome) {
        switch (outcome) {
            case ACKNOWLEDGED -> sums.acknowledged++;
            case UNKNOWN -> sums.unknown++;
            case REFUSED -> {}
        }
    }

    private static void count(Sums sums, Violation violation) {
        if (violation.isLoss()) {
            sums.lost.add(violation.text());
        } else if (violation.kind() == Violation.Kind.DOUBLED) {
            sums.doubled.add(violation.text());
        }
    }

    List<FaultRow> rows() {
        List<FaultRow> rows = new ArrayList<>();
        byFault.forEach((fault, sums) -> rows.add(sums.row(fault)));
        return rows;
    }

    FaultRow total() {
        return total.row("all");
    }
}
