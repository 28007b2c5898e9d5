package microservices.system.local;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a process apart from the terminal in which it is started: Ctrl-C, Ctrl-Z and the end of that terminal do not reach
 * it. The process keeps its id.
 */
final class OwnSession {

    private static final List<String> SESSION = List.of("setsid");

    /** Where there is no setsid (macOS): what a shell ignores, what it becomes ignores too, and a JVM leaves it so. */
    private static final List<String> DEAF = List.of("sh", "-c", "trap '' INT HUP TSTP; exec \"$@\"", "sh");

    private OwnSession() {}

    static List<String> command(List<String> command) {
        return command(command, Command.exists("setsid"));
    }

    static List<String> command(List<String> command, boolean sessions) {
        List<String> apart = new ArrayList<>(sessions ? SESSION : DEAF);
        apart.addAll(command);
        return apart;
    }
}
