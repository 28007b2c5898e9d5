package microservices.system.check;

import java.time.Duration;

/**
 * A promise that was not kept.
 *
 * @param text whose message it is about; null if it is about a reading or a span of time
 * @param at when it was first seen
 * @param sentence what happened, with all that is needed to find it in the history's file
 */
public record Violation(Kind kind, String text, Duration at, String sentence) {

    /** Which promise. */
    public enum Kind {
        /** Acknowledged, and missing from a log that was read later. */
        NOT_LOGGED,
        /** Acknowledged, and in no held list of a final round. */
        NOT_DELIVERED,
        /** Twice in one list, or in two held lists of one round. */
        DOUBLED,
        /** Read, and never sent, or not yet. */
        INVENTED,
        /** Refused, and read all the same. */
        REFUSED_BUT_READ,
        /** Read once, and missing later. */
        VANISHED,
        /** A 200 that is not the lists, or a 201 for what had to be refused. */
        FALSE_SUCCESS,
        /** A request without an answer, or with a late one. */
        UNANSWERED,
        /** A post that failed although the trouble was over. */
        UNAVAILABLE,
        /** A client saw what a fault of this kind must not show it. */
        DISTURBED,
        /** The system says of itself otherwise than its lists show. */
        DISAGREED,
        /** An id or a key that stands for two messages, or a message with two ids. */
        IDENTITY
    }

    boolean isLoss() {
        return kind == Kind.NOT_LOGGED || kind == Kind.NOT_DELIVERED || kind == Kind.VANISHED;
    }

    @Override
    public String toString() {
        return kind + ": " + sentence;
    }
}
