package microservices.facade;

import java.util.Locale;

/** Whether nothing is lost and nothing doubled. */
enum Verdict {
    /** Everything logged is held once. */
    CLOSED,
    /** Something is still on its way, and nothing is known to be wrong. */
    OPEN,
    /** Something is held twice, or by nobody though it does not wait, or is held and not logged. */
    BROKEN,
    /** Somebody did not answer. */
    UNKNOWN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
