package microservices.system.history;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One list as a replica answered it; the history keeps it as a {@link Reading}. A {@code GET /} gives two, of a log and
 * of what a messages replica holds.
 *
 * @param from the logging or messages replica whose list it is
 * @param asked the replica that was asked: a facade, or {@code from} itself
 * @param stale whether it was marked as one that may lack what was accepted lately
 * @param round the {@link FinalRound} that it belongs to, or {@link FinalRound#NONE}
 */
public record AnsweredList(
        String from,
        ListKind kind,
        String asked,
        Duration sent,
        Duration answered,
        List<String> texts,
        boolean stale,
        int round) {

    public AnsweredList {
        Objects.requireNonNull(from);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(asked);
        texts = List.copyOf(texts);
        Request.checkTimes(sent, answered);
    }
}
