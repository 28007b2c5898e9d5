package microservices.system.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import microservices.system.local.Command;

/** A network namespace of Linux: interfaces, addresses and firewall rules of its own, for the processes in it. */
record NetworkNamespace(String name) {

    private static final long SECONDS_TO_DIE = 10;

    static List<NetworkNamespace> all() throws IOException {
        return Command.run("ip", "netns", "list")
                .lines()
                .map(line -> new NetworkNamespace(line.split(" ")[0]))
                .toList();
    }

    void create() throws IOException {
        Command.run("ip", "netns", "add", name);
        Command.run("ip", "-n", name, "link", "set", "lo", "up");
    }

    /** Kills the processes in it, and removes it with its interfaces. */
    void delete() throws IOException {
        List<CompletableFuture<ProcessHandle>> ends = new ArrayList<>();
        for (String pid : Command.run("ip", "netns", "pids", name).lines().toList()) {
            Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(pid.strip()));
            process.ifPresent(ProcessHandle::destroyForcibly);
            process.ifPresent(killed -> ends.add(killed.onExit()));
        }
        // A process that is slow to die keeps the interfaces for that long; it does not keep the name.
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, SECONDS_TO_DIE, TimeUnit.SECONDS)
                .join();
        Command.run("ip", "netns", "del", name);
    }

    /** The command that runs another one in here; it becomes that other one, so the process id is that one's. */
    List<String> command(List<String> command) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", name));
        inside.addAll(command);
        return inside;
    }

    /** Runs a short command in here. */
    String run(String... command) throws IOException {
        return Command.run(command(List.of(command)));
    }

    /** Adds a rule to a chain of iptables, or changes the chain otherwise. */
    void iptables(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("iptables", "-w", "5"));
        command.addAll(List.of(arguments));
        Command.run(command(command));
    }
}
