package microservices.system.torture;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import microservices.system.network.Network;

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
public record Fault(String name, Group group, int times, boolean network, Action strike) {

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

    /** Strikes a running system, and says so to the recorder. */
    interface Action {
        void run(Scene scene, StrikeRecorder recorder) throws IOException, InterruptedException;
    }

    /** Whether the user means this one by its own or its group's name. */
    public boolean isCalled(String nameOrGroup) {
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
