package microservices.system;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * One kind of trouble.
 *
 * @param name in the table, and what {@code --faults} takes beside the group
 * @param group the kinds of faults that belong together
 * @param times how often in a row torture strikes with it, each time a strike of its own
 * @param network whether packets must be dropped for it, see {@link Network}
 * @param strike makes the trouble and ends it; everything that was down is starting again when it returns, or said to be
 *     down for good
 */
record Fault(String name, Group group, int times, boolean network, Action strike) {

    /** What {@code --faults} takes. */
    enum Group {
        STOP,
        KILL,
        PAUSE,
        PARTITION,
        SLOW,
        CLOCK,
        FLOOD
    }

    /** Strikes a running system, and says so to the struck. */
    interface Action {
        void run(Scene scene, Struck struck) throws IOException, InterruptedException;
    }

    /** Whether the user means this one by its own or its group's name. */
    boolean isCalled(String nameOrGroup) {
        return name.equals(nameOrGroup) || group.name().toLowerCase(Locale.ROOT).equals(nameOrGroup);
    }

    /**
     * Why it cannot strike here; empty if it can.
     *
     * @param noNetwork what {@link Network#unavailable} says
     */
    Optional<String> impossible(Optional<String> noNetwork) {
        return network ? noNetwork : group == Group.CLOCK ? ClockShift.unavailable() : Optional.empty();
    }

    Fault(String name, Group group, Action strike) {
        this(name, group, 1, false, strike);
    }
}
