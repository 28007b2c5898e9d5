package microservices.system;

import java.time.Duration;
import java.util.Locale;

/** How times of a run are told. */
final class Seconds {

    private Seconds() {}

    static String of(Duration time) {
        return number(time) + " s";
    }

    static String number(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toNanos() / 1e9);
    }
}
