package microservices.system.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import microservices.system.bench.Bench;
import microservices.system.local.Topology;
import microservices.system.torture.Torture;

/**
 * What the user typed after {@code ./run}. The script has checked it, so that a mistake is answered without a build; here
 * it is only read.
 *
 * @param verb one of up, ps, logs, stop, start, kill, verify, down, torture, bench
 * @param names the replicas that it is about; none means all
 * @param follow whether {@code logs} goes on
 * @param topology how many replicas {@code up} starts, and where
 * @param torture what {@code torture} does
 * @param bench what {@code bench} does
 */
record CommandLine(
        String verb,
        List<String> names,
        boolean follow,
        Topology topology,
        Torture.Options torture,
        Bench.Options bench) {

    static CommandLine parse(List<String> arguments) {
        List<String> rest = new ArrayList<>(arguments);
        String verb = rest.remove(0);
        boolean follow = rest.removeIf(argument -> argument.equals("-f"));
        Topology usual = Topology.USUAL;
        Topology topology = new Topology(
                take(rest, "--facade", usual.facades()),
                take(rest, "--logging", usual.loggings()),
                take(rest, "--messages", usual.messages()),
                take(rest, "--port-offset", usual.portOffset()));
        Torture.Options options = Torture.Options.USUAL;
        Torture.Options torture = new Torture.Options(
                take(rest, "--seed", (int) options.seed()),
                take(rest, "--minutes", options.minutes()),
                names(take(rest, "--faults", "")));
        Bench.Options tenSeconds = Bench.Options.USUAL;
        int seconds = take(rest, "--seconds", tenSeconds.seconds());
        String connections = take(rest, "--connections", "");
        Bench.Options bench = new Bench.Options(
                verb.equals("bench") && !rest.isEmpty() ? rest.get(0) : tenSeconds.what(),
                seconds,
                connections.isEmpty() ? tenSeconds.connections() : numbers(connections));
        return new CommandLine(verb, List.copyOf(rest), follow, topology, torture, bench);
    }

    private static Set<String> names(String list) {
        return list.isEmpty() ? Set.of() : Set.copyOf(List.of(list.split(",")));
    }

    private static List<Integer> numbers(String list) {
        return Stream.of(list.split(",")).map(Integer::valueOf).toList();
    }

    private static int take(List<String> rest, String option, int otherwise) {
        return Integer.parseInt(take(rest, option, String.valueOf(otherwise)));
    }

    private static String take(List<String> rest, String option, String otherwise) {
        int at = rest.indexOf(option);
        if (at < 0) {
            return otherwise;
        }
        rest.remove(at);
        return rest.remove(at);
    }
}
