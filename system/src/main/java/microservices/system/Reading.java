package microservices.system;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One list as it was read. A {@code GET /} gives two readings, of a log and of what a messages replica holds.
 *
 * @param from the logging or messages replica whose list it is
 * @param asked the replica that was asked: a facade, or {@code from} itself
 * @param round the {@link Round} that it belongs to, or {@link #NO_ROUND}
 */
record Reading(String from, Kind kind, String asked, Duration sent, Duration answered, List<String> texts, int round) {

    static final int NO_ROUND = 0;

    /** Which list: everything logged, or what one messages replica holds. */
    enum Kind {
        LOG(Service.LOGGING),
        HELD(Service.MESSAGES);

        private final Service service;

        Kind(Service service) {
            this.service = service;
        }

        /** Whose list it is. */
        Service service() {
            return service;
        }
    }

    Reading {
        Objects.requireNonNull(from);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(asked);
        texts = List.copyOf(texts);
        Request.checkTimes(sent, answered);
    }
}
