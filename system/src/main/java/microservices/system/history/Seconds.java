package microservices.system.history;

import java.time.Duration;
import java.util.Locale;

/** How times of a run are told. */
public final class Seconds {

    private Seconds() {}

    public static String of(Duration time) {
        return number(time) + " s";
    }

    public static String number(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9);
    }
}
