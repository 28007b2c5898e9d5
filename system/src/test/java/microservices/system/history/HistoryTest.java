package microservices.system.history;

import static microservices.system.history.MadeUpHistory.FACADE_1;
import static microservices.system.history.MadeUpHistory.LOGGING_1;
import static microservices.system.history.MadeUpHistory.LOGGING_2;
import static microservices.system.history.MadeUpHistory.MESSAGES_1;
import static microservices.system.history.MadeUpHistory.seconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private Path file;
    private History history;

    @BeforeEach
    void open() throws IOException {
        file = folder.resolve("history.jsonl");
        history = History.open(file, MadeUpHistory.REPLICAS);
    }

    @AfterEach
    void close() throws IOException {
        history.close();
    }

    @Test
    void writesEachRecordAtOnce() throws IOException {
        history.add(
                new Operation("client-3", FACADE_1, "привіт", "k", "i", seconds(1), seconds(1.25), 201, false, false));
        assertEquals(
                "{\"type\":\"operation\",\"client\":\"client-3\",\"facade\":\"facade-service-1\",\"text\":\"привіт\","
                        + "\"key\":\"k\",\"id\":\"i\",\"sent\":1.0,\"answered\":1.25,\"status\":201,"
                        + "\"invalid\":false,\"nothingWritten\":false}",
                lines().get(0).toString());
        history.add(new Operation("client-3", FACADE_1, "b", null, null, seconds(2), seconds(3), 0, true, false));
        assertTrue(lines().get(1).get("key").isNull());
        assertTrue(lines().get(1).get("invalid").asBoolean());
        history.add(new FailedReading(FACADE_1, seconds(4), seconds(5), 503));
        assertEquals(
                "{\"type\":\"failed read\",\"asked\":\"facade-service-1\",\"sent\":4.0,\"answered\":5.0,\"status\":503,"
                        + "\"malformed\":null}",
                lines().get(2).toString());
        history.add(new FinalRound(2, Set.of(MESSAGES_1)));
        assertEquals(
                "{\"type\":\"round\",\"number\":2,\"down\":[\"messages-service-1\"]}",
                lines().get(3).toString());
        history.add(new Strike(
                "kill",
                Set.of(LOGGING_2, LOGGING_1),
                seconds(6),
                seconds(7),
                List.of(new ReplicaInterval(FACADE_1, new Interval(seconds(6), seconds(7.5)))),
                seconds(8),
                false,
                List.of(new Interval(seconds(6), seconds(6.5))),
                List.of(new ReplicaInterval("facade-service-2", new Interval(seconds(6), seconds(8)))),
                List.of("a breach"),
                null));
        assertEquals(
                "{\"type\":\"strike\",\"fault\":\"kill\",\"targets\":[\"logging-service-1\",\"logging-service-2\"],"
                        + "\"from\":6.0,\"until\":7.0,"
                        + "\"excuses\":[{\"replica\":\"facade-service-1\",\"from\":6.0,\"until\":7.5}],"
                        + "\"recovered\":8.0,\"refusing\":false,\"blows\":[{\"from\":6.0,\"until\":6.5}],"
                        + "\"undisturbed\":[{\"replica\":\"facade-service-2\",\"from\":6.0,\"until\":8.0}],"
                        + "\"breaches\":[\"a breach\"],\"notReal\":null}",
                lines().get(4).toString());
    }

    @Test
    void tellsOfAReadingWhatHasChanged() throws IOException {
        read(LOGGING_1, "a", "b");
        read(LOGGING_2, "a");
        read(LOGGING_1, "b", "c", "c");
        assertEquals("[\"a\",\"b\"]", lines().get(0).get("appeared").toString());
        assertEquals("[\"a\"]", lines().get(1).get("appeared").toString());
        JsonNode third = lines().get(2);
        assertEquals("[\"c\"]", third.get("appeared").toString());
        assertEquals("[\"a\"]", third.get("gone").toString());
        assertEquals("[\"c\"]", third.get("repeated").toString());
        assertEquals(2, third.get("texts").asInt());
        assertEquals("LOG", third.get("kind").asText());
        assertEquals(LOGGING_1, third.get("from").asText());
        assertEquals(FACADE_1, third.get("asked").asText());
    }

    /** From the file alone, whatever was read can be put together again. */
    @Test
    void losesNothingOfAReading() throws IOException {
        MadeUpHistory madeUp = new RandomHistory(1).history;
        madeUp.record(history);
        List<Set<String>> written = new ArrayList<>();
        Map<String, Set<String>> latest = new HashMap<>();
        for (JsonNode line : lines()) {
            if (line.get("type").asText().equals("reading")) {
                Set<String> texts = latest.computeIfAbsent(line.get("from").asText(), from -> new TreeSet<>());
                line.get("gone").forEach(text -> texts.remove(text.asText()));
                line.get("appeared").forEach(text -> texts.add(text.asText()));
                written.add(Set.copyOf(texts));
            }
        }
        assertEquals(
                madeUp.listings.stream()
                        .map(listing -> Set.copyOf(listing.texts))
                        .toList(),
                written);
    }

    @Test
    void isShort_whenALongListIsReadAgain() throws IOException {
        String[] texts =
                IntStream.range(0, 50_000).mapToObj(number -> "text " + number).toArray(String[]::new);
        read(LOGGING_1, texts);
        long before = Files.size(file);
        for (int time = 0; time < 10; time++) {
            read(LOGGING_1, texts);
        }
        assertTrue((Files.size(file) - before) / 10 < 300, () -> "bytes a reading: " + file);
    }

    @Test
    void keepsATextThatIsNoUnicode() throws IOException {
        read(LOGGING_1, "half \ud83d");
        assertEquals("half \ud83d", lines().get(0).get("appeared").get(0).asText());
    }

    @Test
    @Timeout(60)
    void keepsEveryRecordOfManyThreads() throws Exception {
        int threads = 8;
        int each = 1000;
        runTogether(IntStream.range(0, threads)
                .mapToObj(client -> (Runnable) () -> record("client-" + client, each))
                .toArray(Runnable[]::new));
        Set<String> texts = new HashSet<>();
        for (JsonNode line : lines()) {
            if (line.get("type").asText().equals("operation")) {
                texts.add(line.get("text").asText());
            }
        }
        assertEquals(threads * each, texts.size());
        HistorySnapshot snapshot = history.snapshot();
        assertEquals(threads * each, snapshot.operations().size());
        assertEquals(threads * each, snapshot.readings().size());
        snapshot.messages()
                .forEach(message -> assertEquals(1, message.operations().size()));
    }

    @Test
    @Timeout(60)
    void writesOneRecordAtATime() throws Exception {
        AtomicInteger writing = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Writer slow = new FilterWriter(Writer.nullWriter()) {
            @Override
            public void write(char[] chars, int offset, int length) {
                most.accumulateAndGet(writing.incrementAndGet(), Math::max);
                for (int i = 0; i < 100; i++) {
                    Thread.yield();
                }
                writing.decrementAndGet();
            }
        };
        try (History slowly = new History(slow, MadeUpHistory.REPLICAS)) {
            AnsweredList reading =
                    new AnsweredList(LOGGING_1, ListKind.LOG, FACADE_1, seconds(1), seconds(2), List.of("a"), false, 0);
            Operation operation =
                    new Operation("client-1", FACADE_1, "a", null, "id", seconds(1), seconds(2), 201, false, false);
            runTogether(
                    () -> IntStream.range(0, 200).forEach(time -> slowly.add(reading)),
                    () -> IntStream.range(0, 200).forEach(time -> slowly.add(operation)),
                    () -> IntStream.range(0, 200).forEach(time -> slowly.add(reading)));
        }
        assertEquals(1, most.get());
    }

    private static void runTogether(Runnable... tasks) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (Runnable task : tasks) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            start.await();
                        } catch (InterruptedException e) {
                            return;
                        }
                        task.run();
                    },
                    "client-" + threads.size());
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void record(String client, int times) {
        for (int time = 0; time < times; time++) {
            String text = client + "." + time;
            read(LOGGING_1, text);
            history.add(new Operation(client, FACADE_1, text, null, "id", seconds(1), seconds(2), 201, false, false));
        }
    }

    @Test
    void doesNotOverwrite() {
        assertThrows(FileAlreadyExistsException.class, () -> History.open(file, MadeUpHistory.REPLICAS));
    }

    @Test
    void refusesAListFromAnotherKindOfReplica() {
        assertThrows(IllegalArgumentException.class, () -> read(MESSAGES_1, "a"));
    }

    private void read(String from, String... texts) {
        history.add(new AnsweredList(
                from, ListKind.LOG, FACADE_1, seconds(1), seconds(2), List.of(texts), false, FinalRound.NONE));
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
