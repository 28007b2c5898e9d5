package microservices.system.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import microservices.system.local.LocalSystem;
import microservices.system.local.Service;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;

/**
 * The terminal in which {@code ./run} was typed: starts the replicas, says when they are healthy, and follows their logs
 * until it is asked to end (Ctrl-C), when it stops them. Holds a lock on the folder, so that there is one at a time.
 */
final class FirstTerminal {

    private final Path home;
    private final Path folder;
    private final PrintStream out;

    FirstTerminal(Path home, Path folder, PrintStream out) {
        this.home = home;
        this.folder = folder;
        this.out = out;
    }

    /** Starts the system and follows its logs, until it is ended from elsewhere. */
    void run(Topology topology) throws Refused, IOException, InterruptedException {
        try (FileChannel channel = open();
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new Refused("A system is running here already: ./run ps shows it, ./run down stops it.");
            }
            LocalSystem system = new LocalSystem(home, folder, topology, System.getenv());
            refuseWhatCannotBe(system);
            system.prepare();
            system.noteLauncher();
            if (!stopAtTheEnd(system)) {
                return;
            }
            try {
                startAndFollow(system);
            } catch (Refused e) {
                if (!system.hasEnded()) { // else it was asked to end, and so its replicas have
                    throw e;
                }
            }
        }
    }

    private FileChannel open() throws Refused {
        try {
            Files.createDirectories(folder);
            return FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new Refused(Output.line(e) + ". Process ids and logs need a folder; RUN_FOLDER names another one.");
        }
    }

    private void refuseWhatCannotBe(LocalSystem system) throws Refused {
        Optional<LocalSystem> earlier = LocalSystem.open(home, folder, System.getenv());
        if (earlier.isPresent() && !earlier.get().running().isEmpty()) {
            throw new Refused("Replicas of an earlier run are still running: ./run down stops them.");
        }
        Optional<String> fault = LocalSystem.faultyIn(System.getenv());
        if (fault.isPresent()) {
            throw new Refused(fault.get());
        }
        Optional<String> taken = system.takenPort();
        if (taken.isPresent()) {
            throw new Refused(taken.get() + ": stop what listens there, or type ./run --port-offset 1000.");
        }
    }

    private void startAndFollow(LocalSystem system) throws Refused, IOException, InterruptedException {
        for (Replica replica : system.replicas()) {
            system.start(replica);
        }
        HealthWait.until(system, system.replicas(), out);
        greet(system);
        LogFollower.follow(system, system.replicas(), false, out, () -> !system.hasEnded());
    }

    /** False if this process has been asked to end already. */
    private boolean stopAtTheEnd(LocalSystem system) {
        Runnable stop = () -> {
            system.end(); // first, so that nothing is started behind the back of what stops
            stopAll(system, out);
        };
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(stop, "shutdown"));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    static void stopAll(LocalSystem system, PrintStream out) {
        List<Replica> running = system.running();
        if (!running.isEmpty()) {
            out.println("Stopping " + Topology.names(running) + " ...");
            system.stop(running);
            out.println("Stopped.");
        }
    }

    private void greet(LocalSystem system) {
        out.println();
        for (Replica replica : system.replicas()) {
            out.printf(Locale.ROOT, "  %-20s http://%s:%d%n", replica.name(), system.host(replica), replica.httpPort());
        }
        Replica facade = system.topology().replicas(Service.FACADE).get(0);
        String url = "http://" + system.host(facade) + ":" + facade.httpPort();
        out.printf(Locale.ROOT, "%nTry it in a second terminal:%n%n");
        out.printf(Locale.ROOT, "  curl -X POST %s/ -d '{\"msg\":\"msg1\"}'%n", url);
        out.printf(Locale.ROOT, "  curl %s/%n%n", url);
        out.printf(Locale.ROOT, "Ctrl-C stops everything. What the replicas log from here on:%n%n");
    }
}
