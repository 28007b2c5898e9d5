package microservices.system.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import microservices.system.local.LocalSystem;
import microservices.system.local.Placement;
import microservices.system.local.Service;
import microservices.system.local.Topology;
import microservices.system.local.Topology.Replica;

/** One of those that are compared: its processes, what was posted to it, and whether it has kept that. */
final class Contender implements Closeable {

    static final String CEILING = "ceiling";
    static final String PLAIN = "one at a time";

    private static final JsonFactory JSON = new JsonFactory();
    private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(2);
    private static final Duration DELIVERED_WITHIN = Duration.ofMinutes(2);
    private static final Duration FILLED_WITHIN = Duration.ofMinutes(10);
    private static final int FILLING_CONNECTIONS = 256;
    private static final Duration LONGEST_SLICE = Duration.ofSeconds(2);
    /** Level is when a slice is not better than the best of those before by more than a twentieth, four times in a row. */
    private static final double BETTER = 1.05;

    private static final int LEVEL_SLICES = 4;
    private static final int MOST_SLICES = 30;

    final String name;
    private final LocalSystem system;
    final Texts texts = new Texts();

    private Contender(String name, LocalSystem system) {
        this.name = name;
        this.system = system;
    }

    /** The system as it ships. */
    static Contender system(String name, Path home, Path folder, Map<String, String> environment) throws IOException {
        Topology topology = Topology.USUAL.at(LocalSystem.freeOffset());
        return new Contender(name, new LocalSystem(home, folder.resolve(name), topology, clean(environment)));
    }

    /** This architecture as it is usually built, see {@link PlainSystem}. */
    static Contender plain(Path home, Path folder, Map<String, String> environment) throws IOException {
        Placement mains = new OtherMain(
                home,
                Map.of(
                        Service.FACADE, PlainFacade.class,
                        Service.LOGGING, PlainLogging.class,
                        Service.MESSAGES, PlainMessages.class));
        Topology topology = Topology.USUAL.at(LocalSystem.freeOffset());
        return new Contender(
                PLAIN, new LocalSystem(home, folder.resolve("plain"), topology, clean(environment), mains));
    }

    /** The HTTP server with nothing behind it, see {@link CeilingApp}. */
    static Contender ceiling(Path home, Path folder, Map<String, String> environment) throws IOException {
        Placement mains = new OtherMain(home, Map.of(Service.FACADE, CeilingApp.class));
        Topology topology = new Topology(1, 0, 0, LocalSystem.freeOffset());
        return new Contender(
                CEILING, new LocalSystem(home, folder.resolve(CEILING), topology, clean(environment), mains));
    }

    private static Map<String, String> clean(Map<String, String> environment) {
        Map<String, String> clean = new HashMap<>(environment);
        clean.remove("HOST_IP");
        return clean;
    }

    /** Starts it; returns when all of it is healthy. */
    void start() throws IOException, InterruptedException {
        system.prepare();
        system.startAll(HEALTHY_WITHIN);
    }

    /** Where clients post: at one facade. */
    InetSocketAddress door() {
        return new InetSocketAddress(system.host(facade()), facade().httpPort());
    }

    private Replica facade() {
        return system.topology().replicas(Service.FACADE).get(0);
    }

    /** Begins to read a list of the facade. */
    InputStream read(String path) throws IOException {
        return open(facade(), path);
    }

    /** Begins to read what a replica answers. */
    InputStream open(Replica replica, String path) throws IOException {
        return URI.create(system.url(replica) + path)
                .toURL()
                .openConnection(Proxy.NO_PROXY)
                .getInputStream();
    }

    PostLoad load(int connections) throws IOException {
        return new PostLoad(door(), connections, texts);
    }

    /** Posts until so many more are acknowledged, see {@link PostLoad#untilAcknowledged}. */
    void post(int connections, int count, Duration atMost) throws IOException {
        try (PostLoad load = load(connections)) {
            load.untilAcknowledged(count, atMost);
        }
    }

    /** Posts until so many are held. */
    void fill(int held) throws IOException {
        post(FILLING_CONNECTIONS, held - texts.acknowledged(), FILLED_WITHIN);
    }

    /** How many posts a second are acknowledged. */
    double rate(int connections, Duration time) throws IOException {
        try (PostLoad load = load(connections)) {
            return load.asFastAsAnswered(time).perSecond();
        }
    }

    /** The same beside others, who run on threads of their own until they are interrupted. */
    double rate(int connections, Duration time, List<Runnable> beside) throws IOException, InterruptedException {
        List<Thread> threads = beside.stream().map(Thread::new).toList();
        threads.forEach(Thread::start);
        try {
            return rate(connections, time);
        } finally {
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /**
     * Posts until that becomes no faster any more.
     *
     * @param slice how long it is watched at a time
     */
    void warm(int connections, Duration slice) throws IOException {
        Duration watched = slice.compareTo(LONGEST_SLICE) < 0 ? slice : LONGEST_SLICE;
        double best = 0;
        int level = 0;
        try (PostLoad load = load(connections)) {
            for (int slices = 0; slices < MOST_SLICES && level < LEVEL_SLICES; slices++) {
                double rate = load.asFastAsAnswered(watched).perSecond();
                level = rate > best * BETTER ? 0 : level + 1;
                best = Math.max(best, rate);
            }
        }
    }

    /** What each process has taken of the machine's cores since its start. */
    Map<String, Duration> cpu() {
        Map<String, Duration> cpu = new LinkedHashMap<>();
        for (Replica replica : system.replicas()) {
            cpu.put(
                    replica.name(),
                    system.process(replica)
                            .flatMap(process -> process.info().totalCpuDuration())
                            .orElse(Duration.ZERO));
        }
        return cpu;
    }

    LocalSystem local() {
        return system;
    }

    /**
     * The checker's questions: acknowledged = logged = held, and nothing twice.
     *
     * @throws IOException what is wrong
     */
    void check() throws IOException, InterruptedException {
        List<Replica> loggings = system.topology().replicas(Service.LOGGING);
        if (loggings.isEmpty()) {
            return;
        }
        BitSet logged = list(loggings.get(0), "/logs", new BitSet());
        String fault = texts.faultOf(logged);
        if (!fault.isEmpty()) {
            throw new IOException(name + ": " + fault);
        }
        for (long begun = System.nanoTime(); true; TimeUnit.SECONDS.sleep(1)) {
            BitSet held = new BitSet();
            for (Replica messages : system.topology().replicas(Service.MESSAGES)) {
                held = list(messages, "/messages", held);
            }
            if (held.equals(logged)) {
                return;
            }
            if (System.nanoTime() - begun > DELIVERED_WITHIN.toNanos()) {
                throw new IOException(name + ": of " + logged.cardinality() + " logged messages "
                        + Texts.without(logged, held).cardinality() + " are held by nobody, and "
                        + Texts.without(held, logged).cardinality() + " are held that are not logged");
            }
        }
    }

    /** Adds the numbers of the texts in a list to others, which must not have any of them. */
    private BitSet list(Replica replica, String path, BitSet others) throws IOException {
        try (JsonParser parser = JSON.createParser(open(replica, path))) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.VALUE_STRING) {
                int number = Texts.number(parser.getText());
                if (number < 0 || others.get(number)) {
                    throw new IOException(
                            name + ": " + parser.getText() + " is " + (number < 0 ? "not ours" : "there twice"));
                }
                others.set(number);
            }
        }
        return others;
    }

    @Override
    public void close() {
        system.abort();
    }
}
