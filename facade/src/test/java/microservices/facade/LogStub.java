package microservices.facade;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import microservices.message.Batch;
import microservices.message.BatchIds;
import microservices.message.IdList;
import microservices.message.KeyedBatch;
import microservices.message.SizedIds;

/**
 * Stands for a logging replica: keeps what it is sent, by a key if it has one, and lists it page by page. A failure can be
 * put on.
 */
final class LogStub implements AutoCloseable {

    /** How many ids it lists at once. */
    static final int PAGE_IDS = 7;
    /** How many batches it returns at once. */
    static final int PAGE_BATCHES = 3;

    final NavigableMap<UUID, Batch> batches = new ConcurrentSkipListMap<>(BatchIds.ORDER);
    /** What it holds as a messages replica. */
    final NavigableMap<UUID, Batch> held = new ConcurrentSkipListMap<>(BatchIds.ORDER);

    final NavigableMap<String, Batch> keyed = new ConcurrentSkipListMap<>();
    /** What it was sent. */
    final List<KeyedBatch> received = new CopyOnWriteArrayList<>();
    /** What it was asked for. */
    final List<UUID> read = new CopyOnWriteArrayList<>();

    final AtomicInteger pages = new AtomicInteger();
    /** Other than 0, what it answers to everything. */
    volatile int failure;
    /** What it answers to one who reads it, as a logging replica or as a messages replica. */
    volatile String list = "[]";
    /** What it answers to one who counts, as a logging replica and as a messages replica. */
    volatile long logged;

    volatile long listed;
    final AtomicInteger countings = new AtomicInteger();
    /** Whether it says that it may have missed some. */
    volatile boolean stale;
    /** Run before it says how many it lists. */
    volatile Runnable beforeCount = () -> {};
    /** The queries by which it was asked for ids. */
    final List<String> queries = new CopyOnWriteArrayList<>();
    /** Run before it writes. */
    volatile Runnable beforeWrite = () -> {};
    /** Run before it lists ids. */
    volatile Runnable beforePage = () -> {};

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    LogStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/log", exchange -> answer(exchange, 201, this::write));
        server.createContext("/logs/ids/after/", exchange -> answer(exchange, 200, this::listIds));
        server.createContext("/logs/batches", exchange -> answer(exchange, 200, this::readBatches));
        server.createContext("/logs/batches/", exchange -> answer(exchange, 200, this::readBatch));
        server.createContext("/logs", exchange -> answer(exchange, 200, this::writeList));
        server.createContext("/messages", exchange -> answer(exchange, 200, this::writeList));
        server.createContext("/logs/size", exchange -> answer(exchange, 200, (any, out) -> count(logged, out)));
        server.createContext(
                "/messages/size",
                exchange -> answer(exchange, 200, (any, out) -> {
                    beforeCount.run();
                    count(listed, out);
                }));
        server.createContext("/messages/ids/after/", exchange -> answer(exchange, 200, this::listHeld));
        server.createContext("/health", exchange -> answer(exchange, 200, (any, out) -> {}));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Has batches in the log that this facade has not written. */
    void add(List<Batch> others) {
        others.forEach(batch -> batches.put(batch.id(), batch));
    }

    private interface Answer {
        void to(HttpExchange exchange, DataOutputStream out) throws IOException;
    }

    private void answer(HttpExchange exchange, int status, Answer answer) throws IOException {
        try (exchange) {
            if (failure != 0) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(failure, -1);
                return;
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            answer.to(exchange, new DataOutputStream(bytes));
            if (stale) {
                exchange.getResponseHeaders().set("X-Stale", "possible");
            }
            exchange.sendResponseHeaders(status, bytes.size() == 0 ? -1 : bytes.size());
            exchange.getResponseBody().write(bytes.toByteArray());
        }
    }

    private void write(HttpExchange exchange, DataOutputStream out) throws IOException {
        beforeWrite.run();
        if (failure != 0) {
            throw new IOException("it fails while it writes");
        }
        List<KeyedBatch> sent = KeyedBatch.readAll(new DataInputStream(exchange.getRequestBody()));
        received.addAll(sent);
        List<Optional<UUID>> ids = new ArrayList<>();
        for (KeyedBatch one : sent) {
            Batch there = one.key().isEmpty()
                    ? one.batch()
                    : keyed.computeIfAbsent(one.key().get(), key -> one.batch());
            batches.put(there.id(), there);
            ids.add(there.hasSameTexts(one.batch()) ? Optional.of(there.id()) : Optional.empty());
        }
        KeyedBatch.writeIds(ids, out);
    }

    private void listIds(HttpExchange exchange, DataOutputStream out) throws IOException {
        beforePage.run();
        pages.incrementAndGet();
        queries.add(exchange.getRequestURI().getQuery());
        UUID after = UUID.fromString(exchange.getRequestURI().getPath().substring("/logs/ids/after/".length()));
        IdList ids = new IdList();
        batches.tailMap(after, false).keySet().stream().limit(PAGE_IDS).forEach(ids::add);
        ids.write(out);
    }

    private void listHeld(HttpExchange exchange, DataOutputStream out) throws IOException {
        pages.incrementAndGet();
        UUID after = UUID.fromString(exchange.getRequestURI().getPath().substring("/messages/ids/after/".length()));
        SortedMap<UUID, Integer> page = new TreeMap<>(BatchIds.ORDER);
        held.tailMap(after, false).values().stream()
                .limit(PAGE_IDS)
                .forEach(batch -> page.put(batch.id(), batch.size()));
        SizedIds.write(page, out);
    }

    private void readBatches(HttpExchange exchange, DataOutputStream out) throws IOException {
        List<UUID> ids =
                IdList.read(new DataInputStream(exchange.getRequestBody())).sorted();
        List<KeyedBatch> page = new ArrayList<>();
        for (UUID id : ids.subList(0, Math.min(PAGE_BATCHES, ids.size()))) {
            read.add(id);
            page.add(new KeyedBatch(batches.get(id), Optional.empty()));
        }
        KeyedBatch.writeAll(page, out);
    }

    private void count(long number, DataOutputStream out) throws IOException {
        countings.incrementAndGet();
        out.write(String.valueOf(number).getBytes(StandardCharsets.US_ASCII));
    }

    private void readBatch(HttpExchange exchange, DataOutputStream out) throws IOException {
        UUID id = UUID.fromString(exchange.getRequestURI().getPath().substring("/logs/batches/".length()));
        List<KeyedBatch> found = Optional.ofNullable(batches.get(id)).stream()
                .map(batch -> new KeyedBatch(batch, Optional.empty()))
                .toList();
        KeyedBatch.writeAll(found, out);
    }

    private void writeList(HttpExchange exchange, DataOutputStream out) throws IOException {
        out.write(list.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
