package microservices.system.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import microservices.system.local.Command;

/** Finds by their names what {@link Network}s have made, whoever made them, and removes it. */
final class NetworkRemains {

    /** A link is named by the process that made it and by the third byte of the addresses; a namespace by more. */
    private static final Pattern OURS = Pattern.compile("(ms(\\d+)n\\d+)(-.+)?");

    private static final Pattern LINK = Pattern.compile("^\\d+: ([^:@ ]+)", Pattern.MULTILINE);

    private NetworkRemains() {}

    static String prefix(int subnet) {
        return "ms" + ProcessHandle.current().pid() + "n" + subnet;
    }

    /** Removes the networks of processes that are no longer there, and kills what runs in them. */
    static void removeOfDeadProcesses() throws IOException {
        Set<String> names = new LinkedHashSet<>(links());
        NetworkNamespace.all().forEach(namespace -> names.add(namespace.name()));
        Set<String> dead = new LinkedHashSet<>();
        for (String name : names) {
            Matcher ours = OURS.matcher(name);
            if (ours.matches()
                    && ProcessHandle.of(Long.parseLong(ours.group(2))).isEmpty()) {
                dead.add(ours.group(1));
            }
        }
        for (String prefix : dead) {
            remove(prefix);
        }
    }

    /** Removes a network, or what there is of it, and kills what runs in it. Goes on after a failure, and then fails. */
    static void remove(String prefix) throws IOException {
        List<IOException> failures = new ArrayList<>();
        try {
            if (links().contains(prefix)) {
                Command.run("ip", "link", "del", prefix);
            }
        } catch (IOException e) {
            if (links().contains(prefix)) { // else another process was faster
                failures.add(e);
            }
        }
        for (NetworkNamespace namespace : NetworkNamespace.all()) {
            Matcher ours = OURS.matcher(namespace.name());
            try {
                if (ours.matches() && ours.group(1).equals(prefix)) {
                    namespace.delete();
                }
            } catch (IOException e) {
                if (NetworkNamespace.all().contains(namespace)) {
                    failures.add(e);
                }
            }
        }
        if (!failures.isEmpty()) {
            IOException first = failures.remove(0);
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    /** The names of the links outside of all namespaces. */
    static List<String> links() throws IOException {
        Matcher link = LINK.matcher(Command.run("ip", "-o", "link", "show"));
        return link.results().map(found -> found.group(1)).toList();
    }
}
