package microservices.system.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import microservices.system.local.Topology;
import microservices.system.torture.Fault;
import microservices.system.torture.Faults;
import microservices.system.torture.Torture;

/**
 * What the user typed after {@code ./run}.
 *
 * @param verb one of up, ps, logs, stop, start, kill, down, torture, help
 * @param names the replicas that it is about; none means all
 * @param follow whether {@code logs} goes on
 * @param topology how many replicas {@code up} starts, and where
 * @param torture what {@code torture} does
 */
record CommandLine(String verb, List<String> names, boolean follow, Topology topology, Torture.Options torture) {

    static final String HELP = """
            ./run                      start two facades, three logging and two messages replicas,
                                       and follow their logs until Ctrl-C
              --facade N --logging N --messages N    other counts, 1 to 20
              --port-offset N                        add N to every port

            In a second terminal:
            ./run ps                   who is running, and how it is
            ./run logs [-f] [NAME…]    what replicas have logged; -f goes on
            ./run stop NAME…           stop replicas (SIGTERM)
            ./run kill NAME…           kill replicas (kill -9)
            ./run start NAME…          start replicas that are not running
            ./run down                 stop everything

            ./run torture              break a system of its own in every way, and check that nothing is lost
              --seed N                 the same seed breaks it in the same order; 1 if not given
              --minutes M              how long, 1 to 60; 5 if not given
              --faults F,G,…           only these: stop, kill, pause, partition, slow, clock, flood,
                                       or single ones as the table names them""";

    private static final Set<String> VERBS =
            Set.of("up", "ps", "logs", "stop", "start", "kill", "down", "torture", "help");
    private static final Set<String> VERBS_FOR_NAMED = Set.of("stop", "start", "kill");

    static CommandLine parse(List<String> arguments) throws Refused {
        List<String> rest = new ArrayList<>(arguments);
        if (rest.removeIf(argument -> argument.equals("-h") || argument.equals("--help"))) {
            return new CommandLine("help", List.of(), false, Topology.USUAL, Torture.Options.USUAL);
        }
        String verb = rest.isEmpty() || rest.get(0).startsWith("-") ? "up" : rest.remove(0);
        if (!VERBS.contains(verb)) {
            throw new Refused("There is no verb '" + verb + "'; ./run help lists them.");
        }
        boolean follow = verb.equals("logs") && rest.removeIf(argument -> argument.equals("-f"));
        Topology topology = verb.equals("up") ? topology(rest) : Topology.USUAL;
        Torture.Options torture = verb.equals("torture") ? torture(rest) : Torture.Options.USUAL;
        for (String argument : rest) {
            if (argument.startsWith("-") || verb.equals("up") || verb.equals("torture")) {
                throw new Refused("./run " + verb + " does not know '" + argument + "'; see ./run help.");
            }
        }
        if (rest.isEmpty() && VERBS_FOR_NAMED.contains(verb)) {
            throw new Refused("./run " + verb + " needs the name of a replica; ./run ps lists them.");
        }
        return new CommandLine(verb, List.copyOf(rest), follow, topology, torture);
    }

    private static Torture.Options torture(List<String> rest) throws Refused {
        Torture.Options usual = Torture.Options.USUAL;
        return new Torture.Options(
                take(rest, "--seed", (int) usual.seed(), 0, 999_999_999),
                take(rest, "--minutes", usual.minutes(), 1, 60),
                takeNames(rest, "--faults"));
    }

    private static Set<String> takeNames(List<String> rest, String option) throws Refused {
        int at = rest.indexOf(option);
        if (at < 0) {
            return Set.of();
        }
        rest.remove(at);
        Set<String> names = Set.of(at < rest.size() ? rest.remove(at).split(",") : new String[] {"nothing"});
        for (String name : names) {
            if (Faults.all().stream().noneMatch(fault -> fault.isCalled(name))) {
                throw new Refused(option + ": " + name
                        + " (expected: some of stop, kill, pause, partition, slow, clock, flood, "
                        + String.join(
                                ", ", Faults.all().stream().map(Fault::name).toList()) + ")");
            }
        }
        return names;
    }

    private static Topology topology(List<String> rest) throws Refused {
        Topology usual = Topology.USUAL;
        return new Topology(
                take(rest, "--facade", usual.facades(), 1, Topology.MOST_REPLICAS),
                take(rest, "--logging", usual.loggings(), 1, Topology.MOST_REPLICAS),
                take(rest, "--messages", usual.messages(), 1, Topology.MOST_REPLICAS),
                take(rest, "--port-offset", usual.portOffset(), 0, 50_000));
    }

    private static int take(List<String> rest, String option, int otherwise, int least, int most) throws Refused {
        int at = rest.indexOf(option);
        if (at < 0) {
            return otherwise;
        }
        rest.remove(at);
        String value = at < rest.size() ? rest.remove(at) : "nothing";
        if (value.matches("[0-9]{1,9}") && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most) {
            return Integer.parseInt(value);
        }
        throw new Refused(option + ": " + value + " (expected: " + least + " to " + most + ")");
    }
}
