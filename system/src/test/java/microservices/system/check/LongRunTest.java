package microservices.system.check;

import static microservices.system.history.MadeUpHistory.seconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import microservices.system.history.AnsweredList;
import microservices.system.history.FinalRound;
import microservices.system.history.History;
import microservices.system.history.Interval;
import microservices.system.history.ListKind;
import microservices.system.history.MadeUpHistory;
import microservices.system.history.Operation;
import microservices.system.history.Strike;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A history as ten minutes of a crowd leave it: 200,000 posts, hundreds of readings of up to 150,000 texts. */
@Timeout(120)
class LongRunTest {

    private static final int STRIKES = 20;
    private static final int MESSAGES = 150_000;
    private static final int READINGS_A_STRIKE = 15;
    private static final double PERIOD = 30;

    private final History history = new History(Writer.nullWriter(), MadeUpHistory.REPLICAS);
    private final List<String> texts = new ArrayList<>();

    @Test
    void isRecordedAndJudged() {
        for (int strike = 0; strike < STRIKES; strike++) {
            double start = strike * PERIOD;
            post(start);
            history.add(new Strike(
                    "kill",
                    Set.of(MadeUpHistory.MESSAGES_2),
                    seconds(start + 1),
                    seconds(start + 2),
                    List.of(),
                    seconds(start + 3),
                    false,
                    List.of(new Interval(seconds(start + 1), seconds(start + 2))),
                    List.of(),
                    List.of(),
                    null));
            for (int reading = 0; reading < READINGS_A_STRIKE; reading++) {
                read(MadeUpHistory.LOGGING_1, ListKind.LOG, start + 22, texts, FinalRound.NONE);
            }
            readAll(start + 25, strike + 1);
        }
        Verdict verdict = Checker.check(history);
        assertEquals(List.of(), verdict.violations());
        assertEquals(List.of(), verdict.invalid());
        assertEquals(MESSAGES, verdict.total().acknowledged());
        assertTrue(verdict.total().unknown() > 0);
    }

    /** One in five has a key and a retry, one in ten is never answered well. */
    private void post(double start) {
        int posts = MESSAGES / STRIKES;
        for (int i = 0; i < posts; i++) {
            double sent = start + 20.0 * i / posts;
            boolean troubled = sent > start + 1 && sent < start + 10;
            String text = "text " + texts.size();
            String key = i % 5 == 0 ? "key of " + text : null;
            String id = UUID.randomUUID().toString();
            if (key != null) {
                add(text, key, sent, troubled ? 503 : 201, id);
            }
            add(text, key, sent + 0.01, 201, id);
            if (i % 10 == 0 && troubled) {
                add("unknown " + text, null, sent, 503, null);
            }
            texts.add(text);
        }
    }

    private void add(String text, String key, double sent, int status, String id) {
        history.add(new Operation(
                "client-1",
                MadeUpHistory.FACADE_1,
                text,
                key,
                status == 201 ? id : null,
                seconds(sent),
                seconds(sent + 0.005),
                status,
                false,
                false));
    }

    private void readAll(double start, int round) {
        history.add(new FinalRound(round, Set.of()));
        for (String logging : List.of(MadeUpHistory.LOGGING_1, MadeUpHistory.LOGGING_2, MadeUpHistory.LOGGING_3)) {
            read(logging, ListKind.LOG, start, texts, round);
        }
        int half = texts.size() / 2;
        read(MadeUpHistory.MESSAGES_1, ListKind.HELD, start, texts.subList(0, half), round);
        read(MadeUpHistory.MESSAGES_2, ListKind.HELD, start, texts.subList(half, texts.size()), round);
    }

    private void read(String from, ListKind kind, double sent, List<String> listed, int round) {
        history.add(new AnsweredList(from, kind, from, seconds(sent), seconds(sent + 1), listed, false, round));
    }
}
